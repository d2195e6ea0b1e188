using System.Diagnostics;

namespace Reconciler.TestKit.Processes;

/// <summary>Start settings of a program whose three streams the test holds.</summary>
internal static class RedirectedStart
{
    public static ProcessStartInfo Of(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[key] = value;
        }

        return start;
    }
}
