using Reconciler.Emulator.Lifecycle;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Control;

/// <summary>lifecycle, invocations, pump, keys: the app's life on the site, and Forge calling the app.</summary>
internal sealed class ControlLifecycle(EmulatedCloud cloud, InvocationPump pump)
{
    public static bool Serves(string area) => area is "lifecycle" or "invocations" or "pump" or "keys";

    public async Task<WireResponse> AnswerAsync(
        WireRequest request, string area, string[] rest, CancellationToken ct) => (request.Verb, area) switch
        {
            ("POST", "lifecycle") => await StepAsync(request, rest.FirstOrDefault() ?? "", ct),
            ("POST", "invocations") => await InvokeAsync(
                ControlApi.Read(request, ControlJson.Default.InvocationOrder), ct),
            ("PUT", "pump") => Start(ControlApi.Read(request, ControlJson.Default.InvocationOrder)),
            ("DELETE", "pump") => Locked(pump.Stop_Locked),
            ("POST", "keys") => Locked(() => cloud.Signer.Rotate(
                QueryString.First(request.Query, "dropOld") == "true")),
            _ => ControlApi.Error(405, $"{request.Verb} is not offered here"),
        };

    private async Task<WireResponse> StepAsync(WireRequest request, string step, CancellationToken ct)
    {
        LifecycleRequest wanted = request.Body.IsEmpty
            ? new LifecycleRequest()
            : ControlApi.Read(request, ControlJson.Default.LifecycleRequest);
        RequireAbsolute(wanted.Url);
        LifecycleBody? done;
        lock (cloud.Gate)
        {
            done = Step_Locked(wanted, step, out string problem);
            cloud.Announce_Locked();
            if (done is null)
            {
                return ControlApi.Error(404, problem);
            }
        }

        using HttpRequestMessage? call = Announcement(done.Installation, step, wanted);
        return ControlApi.Ok(
            call is null ? done : done with { Delivered = await pump.DeliverAsync(call, ct) },
            ControlJson.Default.LifecycleBody);
    }

    private LifecycleBody? Step_Locked(LifecycleRequest wanted, string step, out string problem)
    {
        problem = "";
        if (step == "install")
        {
            return LifecycleDriver.Install_Locked(cloud, wanted);
        }

        if (cloud.Find(wanted.Installation ?? EmulatorOptions.DefaultInstallation) is not { } found)
        {
            problem = $"there is no installation '{wanted.Installation}'";
            return null;
        }

        if (step == "rotate-secret" && found.Connect is null)
        {
            problem = $"'{found.Id}' is no Connect tenant and has no shared secret";
            return null;
        }

        problem = $"'{step}' is no step; use install, upgrade, uninstall, reinstall or rotate-secret";
        return step switch
        {
            "upgrade" => LifecycleDriver.Upgrade_Locked(cloud, found, wanted),
            "uninstall" => LifecycleDriver.Uninstall_Locked(found),
            "reinstall" => LifecycleDriver.Reinstall_Locked(cloud, found),
            "rotate-secret" => LifecycleDriver.RotateSecret_Locked(cloud, found, wanted),
            _ => null,
        };
    }

    /// <summary>What the app is told about a step; null when it is told nothing.</summary>
    private HttpRequestMessage? Announcement(string installation, string step, LifecycleRequest wanted)
    {
        if (wanted.Url is null)
        {
            return null;
        }

        lock (cloud.Gate)
        {
            if (cloud.Find(installation)!.Connect is { } tenant)
            {
                return step is "install" or "reinstall" or "rotate-secret"
                    ? InstallCallback.Request_Locked(cloud, tenant, wanted.Url)
                    : null;
            }
        }

        InvocationOrder order = new()
        {
            Installation = installation,
            Event = Event(step, wanted),
            ModuleKey = "installed",
            Url = wanted.Url,
        };
        return order.Event is not null && Mint(order) is { } invocation ? ForgeCall.Request(invocation, order) : null;
    }

    /// <summary>Upgrades announce themselves only when they are major (reference §6.5).</summary>
    private static string? Event(string step, LifecycleRequest wanted) => step switch
    {
        "install" or "reinstall" => "avi:forge:installed:app",
        "upgrade" when wanted.Major => "avi:forge:upgraded:app",
        _ => null,
    };

    private async Task<WireResponse> InvokeAsync(InvocationOrder order, CancellationToken ct)
    {
        RequireAbsolute(order.Url);
        if (Mint(order) is not { } invocation)
        {
            return ControlApi.Error(404, $"'{order.Installation}' is not installed");
        }

        using HttpRequestMessage? call = order.Url is null ? null : ForgeCall.Request(invocation, order);
        int? status = call is null ? null : await pump.DeliverAsync(call, ct);
        return ControlApi.Ok(
            new InvocationBody(
                invocation.Id, invocation.Fit, invocation.SystemToken, invocation.TokenExpiresAt, status),
            ControlJson.Default.InvocationBody);
    }

    private Invocation? Mint(InvocationOrder order)
    {
        lock (cloud.Gate)
        {
            return cloud.Find(order.Installation ?? EmulatorOptions.DefaultInstallation) is { Installed: true } found
                ? InvocationMint.Mint_Locked(cloud, found, order)
                : null;
        }
    }

    private WireResponse Start(InvocationOrder order)
    {
        RequireAbsolute(order.Url);
        return order.Url is null || order.IntervalMs < 1
            ? ControlApi.Error(400, "the pump needs a url, and intervalMs of 1 or more")
            : Locked(() => pump.Start_Locked(order));
    }

    private static void RequireAbsolute(Uri? url)
    {
        if (url is { IsAbsoluteUri: false })
        {
            throw new FormatException($"url '{url}' must be absolute");
        }
    }

    private WireResponse Locked(Action action)
    {
        lock (cloud.Gate)
        {
            action();
            return new WireResponse(204);
        }
    }
}
