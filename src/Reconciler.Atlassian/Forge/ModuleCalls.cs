using System.Text.Json;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Forge;

/// <summary>
/// The calls that the Forge APIs answer alike: create, read, update and delete of one module. Each outcome follows
/// crash-safety.md §4; the API passes its request and its fault table.
/// </summary>
internal sealed class ModuleCalls(RemoteClient client)
{
    /// <param name="refusal">Fault of a definitive refusal: 400, 401, 403, 404, 405, 413, 415, 422.</param>
    /// <param name="readCreated">Null when the body is no proof of a key.</param>
    public async Task<CreateOutcome> CreateAsync(
        RemoteRequest request, Func<bool> maySend, Func<RemoteReply, RemoteFault> refusal,
        Func<RemoteReply, CreateOutcome.Created?> readCreated, CancellationToken cancellationToken)
    {
        switch (await client.SendOnceAsync(request, maySend, cancellationToken))
        {
            case Exchange.NotSent { Fault: var notSent }:
                return new CreateOutcome.Refused(notSent, Sent: false);
            case Exchange.Lost { Fault: var lost }:
                return new CreateOutcome.Unknown(lost);
            case Exchange.Answered { Reply: var reply }:
                return FromReply(reply, refusal, readCreated);
            default:
                throw new InvalidOperationException("The exchanges are a closed set.");
        }
    }

    public async Task<LookupOutcome> GetAsync(
        string key, RemoteRequest request, Func<RemoteReply, RemoteFault> fault, CancellationToken cancellationToken)
    {
        var (reply, failure) = await SendAsync(request, cancellationToken);
        if (reply is null)
        {
            return new LookupOutcome.Failed(failure!);
        }

        if (IsAbsence(reply))
        {
            return new LookupOutcome.Absent();
        }

        if (reply.Status != 200)
        {
            return new LookupOutcome.Failed(fault(reply));
        }

        try
        {
            using var document = ModuleJson.Parse(reply.Body);
            var module = ModuleJson.Read(document.RootElement);
            return string.Equals(module.Key, key, StringComparison.Ordinal)
                ? new LookupOutcome.Found(module)
                : throw new FormatException("it is another module than the one asked for");
        }
        catch (FormatException exception)
        {
            return new LookupOutcome.Failed(Malformed("The module", exception, reply));
        }
    }

    public async Task<UpdateOutcome> UpdateAsync(
        RemoteRequest request, Func<RemoteReply, RemoteFault> fault, CancellationToken cancellationToken)
    {
        var (reply, failure) = await SendAsync(request, cancellationToken);
        if (reply is null)
        {
            return new UpdateOutcome.Failed(failure!);
        }

        if (IsAbsence(reply))
        {
            return new UpdateOutcome.Absent();
        }

        if (!reply.IsSuccess)
        {
            return new UpdateOutcome.Failed(fault(reply));
        }

        try
        {
            return new UpdateOutcome.Updated(ReadEcho(reply));
        }
        catch (FormatException exception)
        {
            // A page of somebody in between, most likely. The next list tells.
            return new UpdateOutcome.Failed(Malformed("The answer to the update", exception, reply));
        }
    }

    public async Task<DeleteOutcome> DeleteAsync(
        RemoteRequest request, Func<RemoteReply, RemoteFault> fault, CancellationToken cancellationToken)
    {
        var (reply, failure) = await SendAsync(request, cancellationToken);
        return reply switch
        {
            null => new DeleteOutcome.Failed(failure!),
            { Status: 204 } => new DeleteOutcome.Deleted(),
            { IsSuccess: true } when !IsPage(reply) => new DeleteOutcome.Deleted(),
            _ when IsAbsence(reply) => new DeleteOutcome.Absent(),
            _ => new DeleteOutcome.Failed(fault(reply)),
        };
    }

    private CreateOutcome FromReply(
        RemoteReply reply, Func<RemoteReply, RemoteFault> refusal, Func<RemoteReply, CreateOutcome.Created?> readCreated)
    {
        switch (reply.Status)
        {
            case 201 when reply.BodyFault is { } broken:
                return new CreateOutcome.Unknown(broken);
            case 201:
                return readCreated(reply) is { } created ? created : Unclear(reply, "201 without a readable key");

            // crash-safety.md §4, row 3.
            case 400 or 401 or 403 or 404 or 405 or 413 or 415 or 422:
                return new CreateOutcome.Refused(refusal(reply));

            // Row 4: gateways reject before executing.
            case 429 when !client.Options.Treat429AsUnknown:
                return new CreateOutcome.Refused(refusal(reply));
            case >= 200 and < 300:
                return Unclear(reply, $"{reply.Status} instead of 201");

            // Row 6, and every status that no row names: nothing proves that it was not done.
            default:
                return new CreateOutcome.Unknown(refusal(reply));
        }
    }

    private static CreateOutcome.Unknown Unclear(RemoteReply reply, string what) => new(new RemoteFault.Malformed(
        $"The answer to the create is {what}; the module is looked for.", reply.Status, reply.Headers.TraceId));

    private async Task<(RemoteReply? Reply, RemoteFault? Failure)> SendAsync(
        RemoteRequest request, CancellationToken cancellationToken) =>
        await client.SendAsync(request, cancellationToken) switch
        {
            Exchange.Answered { Reply: { IsSuccess: true, BodyFault: { } broken } } => (null, broken),
            Exchange.Answered { Reply: var reply } => (reply, null),
            Exchange.NotSent { Fault: var notSent } => (null, notSent),
            Exchange.Lost { Fault: var lost } => (null, lost),
            _ => throw new InvalidOperationException("The exchanges are a closed set."),
        };

    /// <summary>404 of the API itself. A 404 page in HTML comes from somebody in between, who knows no modules.</summary>
    private static bool IsAbsence(RemoteReply reply) => reply.Status == 404 && reply.BodyFault is null && !IsPage(reply);

    private static bool IsPage(RemoteReply reply) => reply.Body.Span.TrimStart(" \r\n\t\uFEFF"u8).StartsWith("<"u8);

    private static ModuleContent? ReadEcho(RemoteReply reply)
    {
        if (reply.Body.IsEmpty)
        {
            return null;
        }

        using var document = ModuleJson.Parse(reply.Body);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? ModuleJson.ReadContent(document.RootElement)
            : null;
    }

    private static RemoteFault.Malformed Malformed(string what, FormatException exception, RemoteReply reply) => new(
        $"{what} cannot be read: {ErrorSentence.Clean(exception.Message, reply.Secrets)}.",
        reply.Status, reply.Headers.TraceId);
}
