using System.Net.Http.Headers;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Lifecycle;

/// <summary>An invocation as the HTTP request a remote sees (reference §6.1).</summary>
internal static class ForgeCall
{
    public static HttpRequestMessage Request(Invocation invocation, InvocationOrder order)
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
