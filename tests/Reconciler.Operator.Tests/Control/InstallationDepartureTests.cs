using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;
using Reconciler.Kubernetes.Api;
using Reconciler.Operator.Control;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Tests.Control;

/// <summary>When an Installation that is being deleted may go.</summary>
public sealed class InstallationDepartureTests
{
    private static readonly InstallationKey Key = new("team-a", "acme");

    [Fact]
    public void It_goes_when_its_ledger_owes_nothing() =>
        Assert.True(InstallationDeparture.IsDue(Scene(), Result(Begun())));

    /// <summary>T10i: without it nobody would look for what is carried out late.</summary>
    [Fact]
    public void It_waits_with_a_resource_whose_create_may_still_be_carried_out()
    {
        var doubt = new ClosedAttempt(
            "a1", "uid-one", new Fingerprint("sha256:x"), Ordinal.EmptySet, DateTimeOffset.UnixEpoch,
            AttemptVerdict.Absent);
        var ledger = Begun() with { ClosedAttempts = [doubt] };

        Assert.False(InstallationDeparture.IsDue(Scene(), Result(ledger)));
        Assert.True(InstallationDeparture.IsDue(Scene((Wishes.Abandon, "true")), Result(ledger)));
        Assert.True(InstallationDeparture.IsDue(Scene(), Result(ledger.ForgetAttempts("uid-one"))));
    }

    private static Ledger Begun() => Leadership.Begin(Key, RemoteApi.ConnectJira, "cluster-1", "writer");

    private static Scene Scene(params (string Name, string Value)[] annotations) => new(
        new InstallationResource { Metadata = Leaving("acme", "uid-acme", annotations) },
        [new DynamicModuleResource { Metadata = Leaving("one", "uid-one", []) }]);

    private static ObjectMeta Leaving(string name, string uid, (string Name, string Value)[] annotations) => new()
    {
        Namespace = Key.Namespace,
        Name = name,
        Uid = uid,
        DeletionTimestamp = DateTimeOffset.UnixEpoch,
        Annotations = annotations.ToDictionary(
            static one => one.Name, static one => one.Value, StringComparer.Ordinal),
    };

    private static PassResult Result(Ledger ledger) => new(
        new PassOutcome.Settled(), [], null, ledger, new(Progress.Ready, Reasons.Synced, ""), null);
}
