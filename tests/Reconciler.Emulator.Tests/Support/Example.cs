using System.Text.Json.Nodes;

namespace Reconciler.Emulator.Tests.Support;

/// <summary>Compares with a printed example: same JSON, whatever the order of properties and the blanks.</summary>
internal static class Example
{
    public static void Same(string printed, string actual) => Assert.True(
        JsonNode.DeepEquals(JsonNode.Parse(printed), JsonNode.Parse(actual)), $"expected {printed}\nbut got {actual}");
}
