using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>The Connect error bodies of reference §7.3 and §8.4; guesses are marked on the wire.</summary>
internal static class ConnectErrors
{
    public static WireResponse NotFromConnect() =>
        Of(401, "The request is not from a Connect app.");

    public static WireResponse Unauthorized(string reason) =>
        Of(401, reason).With("WWW-Authenticate", "JWT").Synthetic();

    public static WireResponse DuplicateKeys(string app, IEnumerable<string> keys) =>
        Failed($"The app {app} has duplicate module keys: [{string.Join(", ", keys)}]. Please contact the app vendor.");

    public static WireResponse UnknownModule(string app, string type) =>
        Failed($"The app {app} defined an unknown module({type})").Synthetic();

    public static WireResponse TooMany(string app, int max) =>
        Failed($"The app {app} cannot register more than {max} dynamic modules").Synthetic();

    public static WireResponse Invalid(string app, string reason) =>
        Failed($"The app {app} defined an invalid module: {reason}").Synthetic();

    public static WireResponse Malformed(string reason) => Of(400, reason).Synthetic();

    private static WireResponse Failed(string reason) => Of(400, "Installation failed. " + reason);

    private static WireResponse Of(int status, string message) =>
        WireResponse.OfJson(status, JsonText.Message(message));
}
