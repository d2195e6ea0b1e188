using Reconciler.TestKit.Wire;

namespace Reconciler.EndToEnd.Tests.Security;

/// <summary>A remote that throws the caller's headers and body back in every refusal, wherever an error may have text.
/// </summary>
internal sealed class HostileRemote : IAsyncDisposable
{
    private readonly RawHttpServer _server;
    private volatile Func<RawRequest, int> _statusOf = _ => 500;
    private volatile Func<string, string> _shape = Shapes[0];

    public HostileRemote() => _server = new(Answer);

    /// <summary>Where the text of an error may be, and where it may not.</summary>
    public static IReadOnlyList<Func<string, string>> Shapes { get; } =
    [
        text => $$"""{"code":"{{text}}","message":"{{text}}"}""",
        text => $$"""{"errors":[{"message":"{{text}}","title":"{{text}}"}]}""",
        text => $$"""{"{{text}}":["{{text}}"]}""",
        text => $"<html><title>{text}</title>{text}</html>",
        text => text,
    ];

    public Uri Address => _server.Address;

    public IReadOnlyList<RawRequest> Requests => _server.Requests;

    public void Set(Func<RawRequest, int> statusOf, Func<string, string> shape) =>
        (_statusOf, _shape) = (statusOf, shape);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private RawAnswer Answer(RawRequest request)
    {
        var status = _statusOf(request);
        if (status == 200)
        {
            return RawAnswer.Json(200, "[]");
        }

        var credential = request.Headers.GetValueOrDefault("Authorization", "");
        var token = credential.Split(' ')[^1];
        return RawAnswer.Json(
            status, _shape($"{credential} {token}"), $"Location: https://{token}.example/{token}",
            $"x-trace-id: {token}",
            $"atl-traceid: {token}", $"x-failure-category: {token}", "Retry-After: 0");
    }
}
