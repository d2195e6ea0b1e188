using System.Net;

namespace Reconciler.Kubernetes.Client;

/// <summary>A successful answer, read to its end; the connection is free again.</summary>
public sealed record ApiResponse(HttpStatusCode StatusCode, ReadOnlyMemory<byte> Body)
{
    public override string ToString() => $"{(int)StatusCode}, {Body.Length} bytes";
}
