using System.Text.Json.Serialization;

namespace Reconciler.Operator.Console;

/// <summary>The wire between page and operator. Nothing outside this repository may rely on it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Overview))]
[JsonSerializable(typeof(InstallationPage))]
[JsonSerializable(typeof(ModulePage))]
internal sealed partial class ConsoleJson : JsonSerializerContext;
