using Reconciler.Atlassian.Credentials;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Tests;

/// <summary>A registry over the real socket handler, or over a handler of the test.</summary>
internal sealed class RemoteFixture : IDisposable
{
    public const string Token = "opaque-secret-token-0123456789";

    private readonly HttpMessageInvoker _invoker;

    public RemoteFixture(
        Uri baseUrl, RemoteApi api = RemoteApi.ForgeV2, HttpMessageHandler? handler = null,
        ICredentialSource? credentials = null, RemoteOptions? options = null, TimeProvider? time = null)
    {
        _invoker = new HttpMessageInvoker(handler ?? RemoteHandler.Create());
        Observer = new RecordingObserver();
        Registry = new RemoteRegistries(_invoker, time ?? TimeProvider.System, () => 0.5, Observer)
            .Create(api, baseUrl, credentials ?? new FixedCredential(new Credential.Bearer(Token)),
                options ?? new RemoteOptions { RequestsPerSecond = 10_000 });
    }

    public static ModuleContent Content { get; } =
        ModuleContent.Parse("trigger", """{"events":["avi:jira:updated:issue"],"endpoint":"some-endpoint"}""");

    public IModuleRegistry Registry { get; }

    public RecordingObserver Observer { get; }

    public Task<CreateOutcome> CreateAsync(Func<bool>? maySend = null, CancellationToken cancellationToken = default) =>
        Registry.CreateAsync(new CreateRequest("attempt-1", null, Content, maySend ?? (() => true)), cancellationToken);

    public void Dispose() => _invoker.Dispose();
}
