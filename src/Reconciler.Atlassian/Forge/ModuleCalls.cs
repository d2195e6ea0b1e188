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
    public async Task<CreateOutcome> CreateAsync(
        RemoteRequest request, Func<bool> maySend, CreateReading reading, CancellationToken cancellationToken)
    {
        switch (await client.SendOnceAsync(request, maySend, cancellationToken))
        {
            case Exchange.NotSent { Fault: var notSent }:
                return new CreateOutcome.Refused(notSent, Sent: false);
            case Exchange.Lost { Fault: var lost }:
                return new CreateOutcome.Unknown(lost);
            case Exchange.Answered { Reply: var reply }:
                return FromReply(reply, reading);
            default:
                throw new InvalidOperationException("The exchanges are a closed set.");
        }
    }

    public async Task<LookupOutcome> GetAsync(
        string key, RemoteRequest request, Func<RemoteReply, RemoteFault> fault, CancellationToken cancellationToken)
    {
        var (reply, failure) = (await client.SendAsync(request, cancellationToken)).Open();
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
        var (reply, failure) = (await client.SendAsync(request, cancellationToken)).Open();
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
        var (reply, failure) = (await client.SendAsync(request, cancellationToken)).Open();
        return reply switch
        {
            null => new DeleteOutcome.Failed(failure!),
            { Status: 204 } => new DeleteOutcome.Deleted(),
            { IsSuccess: true } when !reply.IsPage => new DeleteOutcome.Deleted(),
            _ when IsAbsence(reply) => new DeleteOutcome.Absent(),
            _ => new DeleteOutcome.Failed(fault(reply)),
        };
    }

    private CreateOutcome FromReply(RemoteReply reply, CreateReading reading)
    {
        if (reading.Successes.Contains(reply.Status))
        {
            return reply.BodyFault is { } broken
                ? new CreateOutcome.Unknown(broken)
                : reading.Created(reply) is { } created ? created : Unclear(reply, "no readable proof of a key");
        }

        switch (reply.Status)
        {
            // crash-safety.md §4, row 3.
            case 400 or 401 or 403 or 404 or 405 or 413 or 415 or 422:
                return new CreateOutcome.Refused(reading.Refusal(reply));

            // Row 4: gateways reject before executing.
            case 429 when !client.Options.Treat429AsUnknown:
                return new CreateOutcome.Refused(reading.Refusal(reply));
            case >= 200 and < 300:
                return Unclear(reply, "a success of another kind than documented");

            // Row 6, and every status that no row names: nothing proves that it was not done.
            default:
                return new CreateOutcome.Unknown(reading.Refusal(reply));
        }
    }

    private static CreateOutcome.Unknown Unclear(RemoteReply reply, string what) => new(new RemoteFault.Malformed(
        $"The answer {reply.Status} to the create is {what}; the module is looked for.",
        reply.Status, reply.Headers.TraceId));

    /// <summary>404 of the API itself. A 404 page in HTML comes from somebody in between,
    /// who knows no modules.</summary>
    private static bool IsAbsence(RemoteReply reply) => reply.Status == 404 && reply.BodyFault is null && !reply.IsPage;

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
