using Reconciler.Emulator.State;

namespace Reconciler.Emulator.Lifecycle;

/// <summary>
/// Calls a remote as Forge does: POST with the invocation token as bearer and the app system token beside it, five
/// seconds to answer, redirects count as failures (reference §6.1, §6.3). One pump repeats a call.
/// </summary>
internal sealed class InvocationPump(EmulatedCloud cloud) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private CancellationTokenSource? _running;

    /// <summary>The status the receiver answered, 0 when it could not be reached or took too long.</summary>
    public async Task<int> DeliverAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using CancellationTokenSource patience = new(Patience, cloud.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, either.Token);
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>Delivers at once and then at every interval, until stopped or started anew.</summary>
    public void Start_Locked(InvocationOrder order)
    {
        Stop_Locked();
        _running = new CancellationTokenSource();
        _ = RunAsync(order, _running.Token);
    }

    public void Stop_Locked()
    {
        _running?.Cancel();
        _running = null;
    }

    public void Dispose()
    {
        Stop_Locked();
        _http.Dispose();
    }

    private async Task RunAsync(InvocationOrder order, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                // The caller holds the gate until this first await.
                await Task.Yield();
                if (Mint(order) is { } invocation)
                {
                    using HttpRequestMessage request = ForgeCall.Request(invocation, order);
                    await DeliverAsync(request, ct);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(order.IntervalMs), cloud.Time, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
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
}
