using Reconciler.TestKit.Wire;

namespace Reconciler.EndToEnd.Tests.Security;

/// <summary>A remote that throws the caller's headers and body back in every refusal, wherever an error may have text.
/// </summary>
internal sealed class HostileRemote : IAsyncDisposable
{
    // Of a text that is no JSON, the operator reads so much (ErrorSentence): the credential begins before that.
    private const int BytesRead = 16 * 1024;
    private const int BeforeTheCut = 40;

    private static readonly string[] CredentialHeaders = ["Authorization", "forge-proxy-authorization"];

    private readonly RawHttpServer _server;
    private readonly string _emptyList;
    private volatile Func<RawRequest, int> _statusOf = _ => 500;
    private volatile Func<string, string> _shape = Shapes[0];

    /// <param name="emptyList">What a list answers that succeeds.</param>
    public HostileRemote(string emptyList)
    {
        _emptyList = emptyList;
        _server = new(Answer);
    }

    /// <summary>Where the text of an error may be, and where it may not.</summary>
    public static IReadOnlyList<Func<string, string>> Shapes { get; } =
    [
        text => $$"""{"code":"{{text}}","message":"{{text}}"}""",
        text => $$"""{"errors":[{"message":"{{text}}","title":"{{text}}"}]}""",
        text => $$"""{"{{text}}":["{{text}}"]}""",
        text => $"<html><title>{text}</title>{text}</html>",
        text => text,
        text => "x".PadRight(BytesRead - BeforeTheCut) + text,
    ];

    public Uri Address => _server.Address;

    public IReadOnlyList<RawRequest> Requests => _server.Requests;

    /// <summary>The header that a request was authenticated with; empty if there is none.</summary>
    public static string CredentialOf(RawRequest request) => CredentialHeaders
        .Select(name => request.Headers.GetValueOrDefault(name, "")).FirstOrDefault(found => found.Length > 0, "");

    public void Set(Func<RawRequest, int> statusOf, Func<string, string> shape) =>
        (_statusOf, _shape) = (statusOf, shape);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private RawAnswer Answer(RawRequest request)
    {
        var status = _statusOf(request);
        if (status == 200)
        {
            return RawAnswer.Json(200, _emptyList);
        }

        var credential = CredentialOf(request);
        var token = credential.Split(' ', '=', ',')[^1];
        return RawAnswer.Json(
            status, _shape($"{credential} {token}"), $"Location: https://{token}.example/{token}",
            $"x-trace-id: {token}",
            $"atl-traceid: {token}", $"x-failure-category: {token}", "Retry-After: 0");
    }
}
