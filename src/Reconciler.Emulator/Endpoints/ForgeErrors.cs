using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>
/// The error bodies of reference §2.4. The first group is printed in public pages; the rest is our guess and
/// carries <see cref="WireResponse.SyntheticHeader"/>.
/// </summary>
internal static class ForgeErrors
{
    public static WireResponse NotAuthorized() => Of(401, "Authorization failed");

    public static WireResponse KeyModified() => Of(400, "Key cannot be modified during update");

    public static WireResponse Internal() => Of(500, "An internal error occurred");

    public static WireResponse NotFound() => Of(404, "Dynamic module not found").Synthetic();

    public static WireResponse QuotaExceeded(int max) =>
        Of(422, $"Maximum number of dynamic modules ({max}) exceeded").Synthetic();

    public static WireResponse UnsupportedType(string type) =>
        Of(422, $"Module type '{type}' is not supported").Synthetic();

    public static WireResponse InvalidData(string explanation) =>
        Of(422, $"Invalid module data: {explanation}").Synthetic();

    public static WireResponse InvalidParameter(string explanation) => Of(422, explanation).Synthetic();

    public static WireResponse KeyTaken(string key) =>
        Of(422, $"Dynamic module with key '{key}' already exists").Synthetic();

    public static WireResponse KeyNotAllowed() => Of(400, "Key cannot be set during registration").Synthetic();

    public static WireResponse Malformed() => Of(400, "Malformed JSON request body").Synthetic();

    public static WireResponse TooLarge() => Of(413, "Request body too large").Synthetic();

    public static WireResponse ProxyRefused(string explanation) =>
        Of(401, explanation).With("forge-proxy-error", "NEEDS_AUTHENTICATION_ERR").Synthetic();

    public static WireResponse NoSuchRoute() => Of(404, "Not Found").Synthetic();

    public static WireResponse WrongVerb(string allowed) =>
        Of(405, "Method Not Allowed").Synthetic().With("Allow", allowed);

    private static WireResponse Of(int status, string message) =>
        WireResponse.OfJson(status, JsonText.Message(message));
}
