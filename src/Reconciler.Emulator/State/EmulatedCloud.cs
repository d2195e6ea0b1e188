using System.Text.Json;
using Reconciler.Emulator.Authentication;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Settings;

namespace Reconciler.Emulator.State;

/// <summary>
/// Everything the emulator knows, behind one lock: an effect, its log entry and every snapshot belong to the same
/// instant. Members ending in <c>_Locked</c> need <see cref="Gate"/> held.
/// </summary>
internal sealed class EmulatedCloud
{
    private readonly EmulatorOptions _options;

    private readonly Dictionary<string, Installation> _installations = new(StringComparer.Ordinal);

    private readonly Random _keys;

    private long _moduleSequence;

    private TaskCompletionSource _changed = NewSignal();

    public EmulatedCloud(EmulatorOptions options)
    {
        _options = options;
        Seed = options.Seed ?? System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        _keys = new Random(Seed);
        Settings = options.Settings;
        Faults = new FaultSchedule(Seed);
        Signer = new ForgeSigner(NewKey_Locked);
        InstallSigner = new ConnectInstallSigner(NewKey_Locked);
        Reset_Locked();
    }

    public Lock Gate { get; } = new();

    public int Seed { get; }

    public TimeProvider Time => _options.TimeProvider;

    public DateTimeOffset Now => _options.TimeProvider.GetUtcNow();

    public EmulatorSettings Settings { get; set; }

    public FaultSchedule Faults { get; }

    public TokenTable Tokens { get; } = new();

    public RequestLog Log { get; } = new();

    public RateBuckets Buckets { get; } = new();

    public int InFlight { get; set; }

    public ForgeSigner Signer { get; }

    public ConnectInstallSigner InstallSigner { get; }

    /// <summary>Invocation id to installation: what the container proxy knows calls by.</summary>
    public Dictionary<string, string> Invocations { get; } = new(StringComparer.Ordinal);

    public string AppId => _options.AppId;

    /// <summary>Where this emulator is reached; set once it listens.</summary>
    public Uri? Address { get; set; }

    public IEnumerable<Installation> Installations =>
        _installations.Values.OrderBy(installation => installation.Id, StringComparer.Ordinal);

    public Installation? Find(string installation) => _installations.GetValueOrDefault(installation);

    public Installation Ensure_Locked(string id)
    {
        if (!_installations.TryGetValue(id, out Installation? installation))
        {
            _installations[id] = installation = new Installation(id, Now);
        }

        return installation;
    }

    /// <summary>Back to the start, except for numbering and the seed's progress: no key is ever made twice.</summary>
    public void Reset_Locked()
    {
        _installations.Clear();
        Tokens.Clear();
        Log.Clear();
        Faults.Clear();
        Buckets.Clear();
        Invocations.Clear();
        Settings = _options.Settings;
        foreach ((string secret, string installation) in _options.Tokens)
        {
            Ensure_Locked(installation);
            string id = secret == EmulatorOptions.DefaultToken ? "default" : Tokens.NextId();
            Tokens.Put(new BearerToken(id, secret, installation, TokenKind.App, ExpiresAt: null));
        }

        foreach (ConnectTenant tenant in _options.ConnectTenants)
        {
            Ensure_Locked(tenant.ClientKey).Connect = tenant;
        }

        foreach (FaultRule rule in _options.Faults)
        {
            Faults.Add(rule);
        }

        Announce_Locked();
    }

    /// <summary>A version 4 UUID drawn from the seed.</summary>
    public string NewKey_Locked()
    {
        Span<byte> bytes = stackalloc byte[16];
        _keys.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    public StoredModule NewModule_Locked(string key, string type, JsonElement data, bool foreign) =>
        new(key, type, data, ++_moduleSequence, Revision: 1, foreign);

    public void Commit_Locked(Installation installation, ModuleApi api, ModuleStore store)
    {
        TimeSpan lag = TimeSpan.FromMilliseconds(Settings.ConsistencyLagMs);
        installation.Store(api).Commit(store, Now, lag);
        Announce_Locked();
    }

    /// <summary>Wakes everyone who waits for a change.</summary>
    public void Announce_Locked()
    {
        TaskCompletionSource signal = _changed;
        _changed = NewSignal();
        signal.TrySetResult();
    }

    public async Task WaitAsync(Func<bool> holds_Locked, CancellationToken ct)
    {
        while (true)
        {
            Task change;
            lock (Gate)
            {
                if (holds_Locked())
                {
                    return;
                }

                change = _changed.Task;
            }

            await change.WaitAsync(ct);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
