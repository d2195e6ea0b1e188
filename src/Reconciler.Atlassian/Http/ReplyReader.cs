using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Http;

/// <summary>Reads a response to its end or to <paramref name="bytesMax"/>. A body that breaks off is no exception: the
/// status line stands, and a 4xx is a refusal without a body, too.</summary>
internal sealed class ReplyReader(int bytesMax)
{
    /// <exception cref="OperationCanceledException"><paramref name="caller"/> was cancelled.</exception>
    public async Task<RemoteReply> ReadAsync(
        HttpResponseMessage response, Credential credential, CancellationToken untilTimeout, CancellationToken caller)
    {
        var status = (int)response.StatusCode;
        var (body, fault) = await ReadBodyAsync(response, status, untilTimeout, caller);
        string[] secrets = [.. credential.Secrets];
        return new RemoteReply(status, ReplyHeaders.From(response, secrets), body, fault) { Secrets = secrets };
    }

    private async Task<(byte[] Body, RemoteFault? Fault)> ReadBodyAsync(
        HttpResponseMessage response, int status, CancellationToken untilTimeout, CancellationToken caller)
    {
        try
        {
            var body = await BoundedBody.ReadAsync(response.Content, bytesMax, untilTimeout);
            return body is not null
                ? (body, null)
                : ([], new RemoteFault.Malformed(
                    $"The answer is larger than {bytesMax} bytes and was not read.", status));
        }
#pragma warning disable CA1031 // Decompression, chunking and the socket each throw their own; all mean "incomplete".
        catch (Exception exception) when (exception is not OutOfMemoryException && !caller.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return ([], new RemoteFault.Unavailable(
                ErrorSentence.Clean($"The answer broke off: {exception.Message}", []), status));
        }
    }
}
