using System.Text.Json;

namespace Reconciler.Emulator.State;

/// <summary>One module as the remote holds it: <see cref="Data"/> includes what the server added.</summary>
/// <param name="Key">Unique in its store.</param>
/// <param name="Type">The module type, or the group name for Connect.</param>
/// <param name="Data">A JSON object.</param>
/// <param name="Sequence">Creation order; survives updates.</param>
/// <param name="Revision">1 after creation, one more after each update.</param>
/// <param name="Foreign">The last writer was not the app under test.</param>
public sealed record StoredModule(
    string Key, string Type, JsonElement Data, long Sequence, int Revision, bool Foreign);
