using Reconciler.Atlassian;
using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands.Doctor;

/// <summary>Looks at one Installation of the manifests: its credential, and with one list call its connection and the
/// clocks.</summary>
internal sealed class RemoteCheckups(
    ManifestSet manifests, LocalRequest request, Terminal terminal, Composition composition)
{
    // Connect tokens of ours live 3 minutes and hosts forgive about half a minute.
    private static readonly TimeSpan SkewForConnect = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SkewForForge = TimeSpan.FromMinutes(5);

    public async Task<IReadOnlyList<Checkup>> LookAsync(
        Manifest<InstallationResource> installation, CancellationToken cancellationToken)
    {
        var subject = $"Installation {installation.Resource.Key}";
        Credential credential;
        try
        {
            credential = Credentials.Find(installation, manifests, Credentials.GivenToken(request, terminal));
        }
        catch (CommandException exception)
        {
            return [new(Health.Fail, $"{subject}: credential", exception.Message)];
        }

        var resource = installation.Resource;
        var address = resource.BaseUrl ?? RemoteAddress.DefaultFor(resource.Api)!;
        if (RemoteAddress.Check(resource.Api, address, request.AllowInsecure) is { } wrong)
        {
            return [new(Health.Fail, $"{subject}: address", wrong, "correct spec.baseUrl")];
        }

        var clock = new ClockWatch();
        using var transport = composition.NewTransport();
        var registry = new RemoteRegistries(transport, composition.Time, composition.Random, clock).Create(
            resource.Api, address, new FixedCredential(credential),
            new RemoteOptions { AllowInsecure = request.AllowInsecure });
        var listed = await registry.ListAsync(cancellationToken);
        return [OfList(subject, address, resource.Quota, listed), OfClock(subject, resource.Api, clock.Skew)];
    }

    private static Checkup OfList(string subject, Uri address, int quota, ListOutcome listed)
    {
        switch (listed)
        {
            case ListOutcome.Complete complete when complete.Modules.Length >= quota:
                return new(
                    Health.Warn, $"{subject}: remote", $"{complete.Modules.Length} of {quota} modules are in use",
                    "delete modules that are not needed: nothing can be registered");
            case ListOutcome.Complete complete:
                return new(Health.Ok, $"{subject}: remote", $"{address} listed {complete.Modules.Length} modules");
            case ListOutcome.Failed failed:
                var reason = FaultRules.For(failed.Fault).Reason;
                return new(
                    Health.Fail, $"{subject}: remote", $"{address}: {failed.Fault.Message.TrimEnd('.')}",
                    Core.Status.ReasonCatalogue.Find(reason).Fix.TrimEnd('.'));
            default:
                throw new InvalidOperationException("unhandled list outcome");
        }
    }

    private static Checkup OfClock(string subject, RemoteApi api, TimeSpan? skew)
    {
        var isConnect = api is RemoteApi.ConnectJira or RemoteApi.ConnectConfluence;
        if (skew is not { } difference)
        {
            return new(Health.Warn, $"{subject}: clock", "the remote did not tell its time");
        }

        var seconds = Math.Abs(difference.TotalSeconds);
        var direction = difference > TimeSpan.Zero ? "behind" : "ahead of";
        if (difference.Duration() < (isConnect ? SkewForConnect : SkewForForge))
        {
            return new(Health.Ok, $"{subject}: clock", $"{seconds:0} s {direction} the remote's");
        }

        var why = isConnect
            ? "Connect signs each request with the time, and the host refuses a token from another time (401)"
            : "the expiry of tokens is judged by this clock";
        return new(
            isConnect ? Health.Fail : Health.Warn, $"{subject}: clock",
            $"this clock is {seconds:0} s {direction} the remote's; {why}", "set the clock, for example with NTP");
    }

    private sealed class ClockWatch : IRemoteObserver
    {
        public TimeSpan? Skew { get; private set; }

        public void Completed(RemoteCall call) => Skew = call.ClockSkew ?? Skew;

        public void HeldBack(string verb, string route, TimeSpan remaining)
        {
        }
    }
}
