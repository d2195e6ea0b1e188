using System.Net.Http.Headers;
using System.Text;
using Reconciler.Emulator.Authentication;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Lifecycle;

/// <summary>
/// The <c>installed</c> callback of a Connect host: the shared secret in the body, signed with RS256 because the app
/// may not know a secret yet (reference §8.5). It comes again whenever the secret changes.
/// </summary>
internal static class InstallCallback
{
    private const int LifeSeconds = 180;

    public static HttpRequestMessage Request_Locked(EmulatedCloud cloud, ConnectTenant tenant, Uri url)
    {
        string token = cloud.InstallSigner.Sign(Claims(cloud, tenant, url));
        HttpRequestMessage request = new(HttpMethod.Post, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("JWT", token);
        request.Content = new ByteArrayContent(Body(cloud, tenant));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(WireResponse.Json);
        return request;
    }

    private static string Claims(EmulatedCloud cloud, ConnectTenant tenant, Uri url)
    {
        long now = cloud.Now.ToUnixTimeSeconds();
        return Encoding.UTF8.GetString(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("iss", tenant.ClientKey);
            writer.WriteStartArray("aud");
            writer.WriteStringValue(url.GetLeftPart(UriPartial.Authority));
            writer.WriteEndArray();
            writer.WriteNumber("iat", now);
            writer.WriteNumber("exp", now + LifeSeconds);
            writer.WriteString("qsh", ConnectQsh.Hashes("POST", url.AbsolutePath, "", url.Query.TrimStart('?'))[0]);
            writer.WriteEndObject();
        }));
    }

    private static byte[] Body(EmulatedCloud cloud, ConnectTenant tenant)
    {
        bool jira = tenant.Product == ConnectProduct.Jira;
        string site = cloud.Address!.GetLeftPart(UriPartial.Authority);
        return JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("key", tenant.AppKey);
            writer.WriteString("clientKey", tenant.ClientKey);
            writer.WriteString("sharedSecret", tenant.SharedSecret);
            writer.WriteString("baseUrl", jira ? site : site + "/wiki");
            writer.WriteString("productType", jira ? "jira" : "confluence");
            writer.WriteString("eventType", "installed");
            writer.WriteEndObject();
        });
    }
}
