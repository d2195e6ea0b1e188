using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Atlassian;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Informers;
using Reconciler.Operator.Control;
using Reconciler.Operator.Resources;
using Reconciler.TestKit;
using Reconciler.TestKit.Api;

namespace Reconciler.Operator.Tests.Control;

/// <summary>What is remembered of remotes and credentials ends with those who use them.</summary>
public sealed class RemotePoolTests
{
    private const string Space = "team-a";

    [Fact]
    public async Task A_credential_is_forgotten_with_the_last_installation_that_uses_it()
    {
        await using var pool = await PoolFixture.StartAsync();
        await pool.OpenAsync("one", secret: "shared");
        await pool.OpenAsync("two", secret: "shared");
        await pool.OpenAsync("three", secret: "other");
        Assert.Equal(2, pool.Remotes.Credentials);

        pool.Remotes.Forget(new InstallationKey(Space, "one"));
        Assert.Equal(2, pool.Remotes.Credentials);

        pool.Remotes.Forget(new InstallationKey(Space, "two"));
        Assert.Equal(1, pool.Remotes.Credentials);
        Assert.Equal("three", Assert.Single(pool.Remotes.Paces()).Installation.Name);
    }

    [Fact]
    public async Task An_installation_that_changes_its_secret_or_host_leaves_no_credential_behind()
    {
        await using var pool = await PoolFixture.StartAsync();
        await pool.OpenAsync("one", secret: "first");
        await pool.OpenAsync("one", secret: "second");
        Assert.Equal(1, pool.Remotes.Credentials);

        await pool.OpenAsync("one", secret: "second", host: "other.example");
        Assert.Equal(1, pool.Remotes.Credentials);
    }

    [Fact]
    public void A_new_version_of_a_secret_is_another_credential_and_takes_the_place_of_the_old_one()
    {
        var breakers = new AuthBreakers(new ManualTimeProvider());
        var place = new CredentialPlace(new ObjectKey(Space, "s"), "host");
        var first = breakers.Of(place, "1");
        Assert.Same(first, breakers.Of(place, "1"));

        Assert.NotSame(first, breakers.Of(place, "2"));

        Assert.Equal(1, breakers.Count);
    }

    private sealed class PoolFixture : IAsyncDisposable
    {
        private readonly FakeApiServer _api;
        private readonly FakeCollection _secrets;
        private readonly KubernetesClient _client;
        private readonly ClusterView _cluster;

        private PoolFixture(FakeApiServer api)
        {
            _api = api;
            _secrets = api.Serve("v1", "secrets", "Secret", hasStatus: false);
            _client = new(
                new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false }), api.Address,
                new ClusterConfig { Origin = "test", Server = api.Address }.Credential, new(), TimeProvider.System);
            _cluster = new(
                _client, [], [], new InformerOptions(), TimeProvider.System, () => 0.5, NullLogger.Instance);
            Remotes = new(
                _client, _cluster,
                new RemoteRegistries(
                    new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false }),
                    TimeProvider.System, () => 0.5),
                new NoDeliveredTokens(), new ControlOptions { Identity = "test" }, TimeProvider.System);
        }

        public RemotePool Remotes { get; }

        public static async Task<PoolFixture> StartAsync() => new(await FakeApiServer.StartAsync());

        public async Task OpenAsync(string name, string secret, string host = "remote.example")
        {
            var content = FakeObject.Create(secret, Space);
            content["data"] = new JsonObject { ["token"] = Convert.ToBase64String("t"u8) };
            _secrets.Put(content);
            var installation = new InstallationResource
            {
                Metadata = ObjectMeta.Empty with { Name = name, Namespace = Space, Uid = name },
                Spec = new InstallationSpec
                {
                    BaseUrl = $"https://{host}",
                    Credentials = new CredentialsSpec { SecretRef = new SecretRefSpec { Name = secret } },
                },
            };
            await Remotes.OpenAsync(installation, forced: false, CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            _cluster.Dispose();
            _client.Dispose();
            await _api.DisposeAsync();
        }
    }
}
