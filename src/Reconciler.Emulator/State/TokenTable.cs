namespace Reconciler.Emulator.State;

/// <summary>The bearer tokens the gateway knows, expired ones included.</summary>
internal sealed class TokenTable
{
    private readonly Dictionary<string, BearerToken> _bySecret = new(StringComparer.Ordinal);

    private int _issued;

    public IEnumerable<BearerToken> All => _bySecret.Values.OrderBy(token => token.Id, StringComparer.Ordinal);

    public BearerToken? Find(string secret) => _bySecret.GetValueOrDefault(secret);

    public BearerToken? ById(string id) => _bySecret.Values.FirstOrDefault(token => token.Id == id);

    public string NextId() => $"t{++_issued}";

    /// <summary>Adds a token; a token with the same id or the same secret is replaced.</summary>
    public void Put(BearerToken token)
    {
        if (ById(token.Id) is { } old)
        {
            _bySecret.Remove(old.Secret);
        }

        _bySecret[token.Secret] = token;
    }

    public bool Remove(string id) => ById(id) is { } token && _bySecret.Remove(token.Secret);

    public void Clear() => _bySecret.Clear();
}
