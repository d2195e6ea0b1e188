using System.Text.RegularExpressions;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>The five operations of reference §2.2 on an admitted call.</summary>
internal sealed partial class ForgeVerbs(ForgeDialect dialect, RemoteCall call)
{
    private EmulatorSettings Settings => call.Settings;

    public WireResponse Register()
    {
        if (ForgeBody.Read(call, out WireResponse refusal) is not { } body)
        {
            return refusal;
        }

        ModuleStore store = call.Store(dialect.Api);
        if (RefuseKey(body.Key, store) is { } keyRefusal)
        {
            return keyRefusal;
        }

        if (RefuseContent(body) is { } contentRefusal)
        {
            return contentRefusal;
        }

        if (store.Count >= Settings.MaxModules)
        {
            return ForgeErrors.QuotaExceeded(Settings.MaxModules);
        }

        string key = dialect.ClientKeys ? body.Key! : call.Cloud.NewKey_Locked();
        StoredModule module = call.Cloud.NewModule_Locked(
            key, body.Type, ModuleData.Normalize(body, Settings), foreign: false);
        call.Key = key;
        call.Commit(dialect.Api, store.Put(module));
        return Created(module);
    }

    public WireResponse Update(string? pathKey)
    {
        if (ForgeBody.Read(call, out WireResponse refusal) is not { } body)
        {
            return refusal;
        }

        string? key = pathKey ?? body.Key;
        call.Key = key;
        if (key is null || (dialect.ClientKeys && body.Key is null))
        {
            return ForgeErrors.InvalidData("key is required");
        }

        if (body.Key is not null && body.Key != key)
        {
            return ForgeErrors.KeyModified();
        }

        ModuleStore store = call.Store(dialect.Api);
        if (store.Find(key) is not { } old)
        {
            return ForgeErrors.NotFound();
        }

        if (RefuseContent(body) is { } contentRefusal)
        {
            return contentRefusal;
        }

        if (Settings.PutTypeChange == Leniency.Reject && old.Type != body.Type)
        {
            return ForgeErrors.InvalidData("type cannot be modified during update");
        }

        StoredModule module = old with
        {
            Type = body.Type,
            Data = ModuleData.Normalize(body, Settings),
            Revision = old.Revision + 1,
            Foreign = false,
        };
        call.Commit(dialect.Api, store.Put(module));
        return WireResponse.OfJson(200, ModuleData.Render(module, Settings));
    }

    public WireResponse List() => ForgeList.Answer(
        call, call.LaggingStore(dialect.Api).Modules.Where(module => !Shadowed(module.Key)), dialect.AlwaysEnveloped);

    public WireResponse Retrieve(string key)
    {
        ModuleStore store = Settings.ItemLags ? call.LaggingStore(dialect.Api) : call.Store(dialect.Api);
        bool hidden = Settings.StaticClashHidesItem && Shadowed(key);
        return !hidden && store.Find(key) is { } module
            ? WireResponse.OfJson(200, ModuleData.Render(module, Settings))
            : ForgeErrors.NotFound();
    }

    public WireResponse Delete(string key)
    {
        ModuleStore store = call.Store(dialect.Api);
        if (store.Find(key) is null)
        {
            return ForgeErrors.NotFound();
        }

        call.Commit(dialect.Api, store.Remove(key));
        return new WireResponse(204);
    }

    private WireResponse Created(StoredModule module) => Settings.CreatedBody switch
    {
        CreatedBody.Module => WireResponse.OfJson(201, ModuleData.Render(module, Settings)),
        CreatedBody.KeyOnly => WireResponse.OfJson(201, ModuleData.RenderKey(module)),
        CreatedBody.Location => new WireResponse(201)
            .With("Location", $"{dialect.Path}/{Uri.EscapeDataString(module.Key)}"),
        _ => throw new InvalidOperationException($"unknown createdBody {Settings.CreatedBody}"),
    };

    private WireResponse? RefuseKey(string? key, ModuleStore store)
    {
        if (!dialect.ClientKeys)
        {
            return key is not null && Settings.PostKey == Leniency.Reject ? ForgeErrors.KeyNotAllowed() : null;
        }

        if (key is null)
        {
            return ForgeErrors.InvalidData("key is required");
        }

        if (!ClientKey().IsMatch(key))
        {
            return ForgeErrors.InvalidData("key must have 1 to 255 characters of a-z, A-Z, 0-9, _ and -");
        }

        return store.Find(key) is null ? null : ForgeErrors.KeyTaken(key);
    }

    private WireResponse? RefuseContent(ForgeBody body)
    {
        if (Settings.AllowedTypes.Count > 0 && !Settings.AllowedTypes.Contains(body.Type, StringComparer.Ordinal))
        {
            return ForgeErrors.UnsupportedType(body.Type);
        }

        string? problem = Settings.StrictData ? ModuleShapes.Explain(body.Type, body.Data) : null;
        problem ??= ManifestReferences.Explain(Settings.Manifest, body.Data);
        return problem is null ? null : ForgeErrors.InvalidData(problem);
    }

    private bool Shadowed(string key) => call.StaticKeys.Contains(key, StringComparer.Ordinal);

    // The rule for manifest keys; \z, because $ would admit a final line feed (reference §2.6).
    [GeneratedRegex(@"^[a-zA-Z0-9_-]{1,255}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex ClientKey();
}
