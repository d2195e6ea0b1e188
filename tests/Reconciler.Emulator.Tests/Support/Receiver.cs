using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Reconciler.Emulator.Tests.Support;

/// <summary>The remote of a Forge app: takes calls and keeps them.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();

    private Receiver(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First() + "/forge/lifecycle");

    /// <summary>What it answers.</summary>
    public int Status { get; set; } = 204;

    public static async Task<Receiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        Receiver receiver = new(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public async Task<Call> NextAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2), TimeProvider.System);
        return await _calls.Reader.ReadAsync(limit.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _calls.Writer.TryWrite(new Call(
            context.Request.Headers.Authorization.ToString(),
            context.Request.Headers["x-forge-oauth-system"].ToString(),
            Encoding.UTF8.GetString(body.ToArray())));
        context.Response.StatusCode = Status;
    }

    internal sealed record Call(string Authorization, string SystemToken, string Body);
}
