using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Reconciler.Operator.Console;

/// <summary>
/// Answers one request. Reads only: GET and HEAD, anything else is 405. Every answer forbids being cached, framed or
/// read by another site, and the page may load nothing but itself.
/// </summary>
internal sealed class ConsoleEndpoints(ConsoleSource source, EventStream stream, HostGuard guard)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        + "trusted-types 'none'";

    public Task HandleAsync(HttpContext context)
    {
        Protect(context.Response.Headers);
        if (!guard.Admits(context.Request))
        {
            return RefuseAsync(
                context, StatusCodes.Status421MisdirectedRequest,
                "This name is not served: call the console by localhost, by its address, or by a name given with "
                + "--console-host.");
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "The console only reads.");
        }

        var path = context.Request.Path.Value ?? "/";
        return ConsoleAssets.Find(path) is { } asset
            ? SendAsync(context, StatusCodes.Status200OK, asset.ContentType, asset.Body)
            : AnswerAsync(context, path);
    }

    private static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private async Task AnswerAsync(HttpContext context, string path)
    {
        var (space, name) = Subject(context.Request.Query);
        switch (path)
        {
            case "/api/snapshot":
                await SendAsync(context, source.ReadOverview(), ConsoleJson.Default.Overview);
                break;
            case "/api/installation":
                await SendAsync(
                    context, await source.ReadInstallationAsync(new(space, name), context.RequestAborted),
                    ConsoleJson.Default.InstallationPage);
                break;
            case "/api/module":
                await SendAsync(
                    context, await source.ReadModuleAsync(new(space, name), context.RequestAborted),
                    ConsoleJson.Default.ModulePage);
                break;
            case "/api/events":
                await StreamAsync(context);
                break;
            default:
                await RefuseAsync(context, StatusCodes.Status404NotFound, "There is nothing here.");
                break;
        }
    }

    private async Task StreamAsync(HttpContext context)
    {
        if (!await stream.TryServeAsync(context))
        {
            context.Response.Headers.RetryAfter = "5";
            await RefuseAsync(
                context, StatusCodes.Status503ServiceUnavailable, "Too many pages are open: close one of them.");
        }
    }

    private static (string Namespace, string Name) Subject(IQueryCollection query) =>
        (query["namespace"] is [{ } space] ? space : "", query["name"] is [{ } name] ? name : "");

    private static Task SendAsync<T>(HttpContext context, T? found, JsonTypeInfo<T> shape)
        where T : class =>
        found is null
            ? RefuseAsync(context, StatusCodes.Status404NotFound, "It does not exist, or not any more.")
            : SendAsync(
                context, StatusCodes.Status200OK, "application/json; charset=utf-8",
                JsonSerializer.SerializeToUtf8Bytes(found, shape));

    private static Task RefuseAsync(HttpContext context, int status, string why) =>
        SendAsync(context, status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(why + "\n"));

    private static Task SendAsync(HttpContext context, int status, string type, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
