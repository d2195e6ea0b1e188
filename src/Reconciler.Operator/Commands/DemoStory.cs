using System.Text.Json;
using Reconciler.Emulator;
using Reconciler.Emulator.State;
using Reconciler.Operator.Rendering;

namespace Reconciler.Operator.Commands;

/// <summary>The steps of the demo. Each runs the real command and then looks at the remote; what is not seen there ends
/// the demo with an error.</summary>
internal sealed class DemoStory(
    EmulatorServer server, string directory, Paper paper, Terminal terminal, Composition composition)
{
    /// <summary>
    /// ε against the emulator, which shows a change in the next list: without a consistency lag there is nothing to
    /// wait for. The only value in which the demo differs from a run against Atlassian, where it is 30 s.
    /// </summary>
    private static readonly TimeSpan EmulatorConsistency = TimeSpan.FromMilliseconds(200);

    private int _step;

    public async Task TellAsync(CancellationToken cancellationToken)
    {
        var manifests = DemoSamples.Write(directory, server.BaseUrl);
        var request = new LocalRequest
        {
            Files = [manifests],
            StateDirectory = Path.Combine(directory, "state"),
            Yes = true,
            Windows = new Core.Planning.ProtocolWindows { Vanished = TimeSpan.Zero, Consistency = EmulatorConsistency },
        };

        var address = server.BaseUrl.GetLeftPart(UriPartial.Authority);
        Step($"An emulated remote at {address} and the samples in {manifests}. The plan:");
        Observe(await PlanAsync(request, cancellationToken) == ExitCode.Changes, "the plan has changes");
        Observe(server.Modules().Count == 0 && Writes() == 0, "a plan writes nothing to the remote");
        Observe(!Directory.Exists(request.StateDirectory), "a plan writes no ledger");

        Step("Apply: every module is registered, the server makes its UUID.");
        await ApplyAsync(request, cancellationToken);
        var registered = server.Modules();
        Observe(registered.Count > 0 && registered.All(module => Guid.TryParse(module.Key, out _)),
            $"the remote holds {registered.Count} modules, each under a UUID");

        await RepairAsync(request, cancellationToken);
        await RegisterAgainAsync(request, registered.Count, cancellationToken);

        Step("A second plan.");
        server.ClearRequests();
        Observe(await PlanAsync(request, cancellationToken) == ExitCode.Done, "it has no changes");
        await ApplyAsync(request, cancellationToken);
        Observe(Writes() == 0, "applying it again writes nothing to the remote");
    }

    private async Task RepairAsync(LocalRequest request, CancellationToken cancellationToken)
    {
        var before = server.Modules().First(module => module.Type == "macro");
        using var changed = JsonDocument.Parse("""{"title":"Changed by somebody else","resource":"other-ui"}""");
        server.Foreign(new ForeignWrite { Key = before.Key, Type = before.Type, Data = changed.RootElement.Clone() });

        Step($"Somebody changes {before.Type} {before.Key} at the remote. The plan shows it, apply repairs it.");
        Observe(await PlanAsync(request, cancellationToken) == ExitCode.Changes, "the plan shows the drift");
        await ApplyAsync(request, cancellationToken);
        var after = server.Modules().FirstOrDefault(module => module.Key == before.Key);
        Observe(after is not null && JsonElement.DeepEquals(before.Data, after.Data),
            "the module is as it was, under the same key");
    }

    private async Task RegisterAgainAsync(LocalRequest request, int count, CancellationToken cancellationToken)
    {
        var lost = server.Modules().First(module => module.Type == "trigger");
        server.Foreign(new ForeignWrite { Key = lost.Key, Delete = true });

        Step($"Somebody deletes {lost.Type} {lost.Key} at the remote. Apply looks twice, then registers it again.");
        await ApplyAsync(request, cancellationToken);
        var again = server.Modules().Where(module => module.Type == lost.Type).ToList();
        Observe(again is [{ } one] && one.Key != lost.Key && server.Modules().Count == count,
            $"it is back once, under the new key {again.FirstOrDefault()?.Key}");
    }

    private Task<int> PlanAsync(LocalRequest request, CancellationToken cancellationToken) =>
        PlanCommand.RunAsync(request, new TextPlanView(paper), terminal, composition, cancellationToken);

    private async Task ApplyAsync(LocalRequest request, CancellationToken cancellationToken) => Observe(
        await ApplyCommand.RunAsync(request, terminal, composition, cancellationToken) == ExitCode.Done,
        "apply succeeded");

    private int Writes() => server.Requests().Count(request => request.Verb != "GET");

    private void Step(string text)
    {
        paper.Line();
        paper.Heading($"{++_step}. {text}");
    }

    private void Observe(bool holds, string what)
    {
        if (!holds)
        {
            throw new CommandException($"demo step {_step}: not observed: {what}");
        }

        paper.Line($"observed: {what}", Mark.Done);
    }
}
