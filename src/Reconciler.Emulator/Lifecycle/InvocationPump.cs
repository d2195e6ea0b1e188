using System.Net.Http.Headers;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

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

    /// <summary>The status the remote answered, 0 when it could not be reached or took too long.</summary>
    public async Task<int> DeliverAsync(Invocation invocation, InvocationOrder order, CancellationToken ct)
    {
        using CancellationTokenSource patience = new(Patience, cloud.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        using HttpRequestMessage request = Request(invocation, order);
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
                    await DeliverAsync(invocation, order, ct);
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

    private static HttpRequestMessage Request(Invocation invocation, InvocationOrder order)
    {
        HttpRequestMessage request = new(HttpMethod.Post, order.Url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", invocation.Fit);
        request.Headers.Add("x-forge-oauth-system", invocation.SystemToken);
        request.Headers.Add("x-forge-invocation-id", invocation.Id);
        request.Headers.Add("x-b3-traceid", invocation.Id.Replace("-", "", StringComparison.Ordinal));
        request.Headers.Add("x-b3-spanid", invocation.Id[..8].PadLeft(16, '0'));
        request.Content = new ByteArrayContent(Body(invocation, order));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(WireResponse.Json);
        return request;
    }

    private static byte[] Body(Invocation invocation, InvocationOrder order) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("context");
        writer.WriteString("moduleKey", order.ModuleKey);
        writer.WriteString("cloudId", InstallationIds.CloudId(invocation.Installation));
        writer.WriteEndObject();
        writer.WriteStartObject("payload");
        if (order.Event is not null)
        {
            // Lifecycle payloads carry plain UUIDs where tokens carry ARIs (reference §6.5).
            writer.WriteString("eventType", order.Event);
            writer.WriteString("id", InstallationIds.Bare(invocation.Installation));
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });
}
