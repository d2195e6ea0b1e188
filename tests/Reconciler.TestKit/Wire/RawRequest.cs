namespace Reconciler.TestKit.Wire;

/// <summary>A request as <see cref="RawHttpServer"/> read it from the socket.</summary>
/// <param name="Connection">Counts accepted connections from 1: shows reuse.</param>
public sealed record RawRequest(
    int Connection, string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);
