namespace Reconciler.Atlassian.Tests;

internal sealed class RecordingObserver : IRemoteObserver
{
    public List<RemoteCall> Calls { get; } = [];

    public List<string> Held { get; } = [];

    public void Completed(RemoteCall call) => Calls.Add(call);

    public void HeldBack(string verb, string route, TimeSpan remaining) => Held.Add($"{verb} {route}");
}
