using System.Text;
using Reconciler.TestKit.Processes;

/// <summary>
/// What the runtime calls before Main in a process whose DOTNET_STARTUP_HOOKS names this assembly. It writes down every
/// exception that is thrown anywhere in that process, handled or not, in the words of an unhandled one. The product
/// knows nothing of it, and its published executable has no such hooks.
/// </summary>
#pragma warning disable MA0047, CA1050 // The runtime asks for this very name, in no namespace.
internal static class StartupHook
#pragma warning restore MA0047, CA1050
{
    private static readonly Lock Gate = new();

    [ThreadStatic]
    private static bool s_writing;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(ThrownExceptions.Variable) is { Length: > 0 } path)
        {
            AppDomain.CurrentDomain.FirstChanceException += (_, thrown) => Write(path, thrown.Exception);
        }
    }

    private static void Write(string path, Exception exception)
    {
        if (s_writing)
        {
            return;
        }

        s_writing = true;
        lock (Gate)
        {
            File.AppendAllText(path, exception + "\n", Encoding.UTF8);
        }

        s_writing = false;
    }
}
