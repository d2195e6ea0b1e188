using System.Text;

namespace Reconciler.Emulator.Endpoints;

/// <summary>
/// An opaque cursor: the sort key of the last module seen, bound to one installation. It begins with characters
/// that a query must percent-encode, so that a client which forgets to fails here first.
/// </summary>
internal static class PageToken
{
    private const char Separator = '\n';

    private const string Mark = "+/";

    public static string Encode(string installation, string position, long nonce) =>
        Mark + Convert.ToBase64String(Encoding.UTF8.GetBytes(
            string.Join(Separator, installation, position, nonce.ToString("x16"))));

    /// <summary>False for a token this installation never got.</summary>
    public static bool TryDecode(string token, string installation, out string position)
    {
        position = "";
        Span<byte> bytes = new byte[token.Length];
        if (!token.StartsWith(Mark, StringComparison.Ordinal)
            || !Convert.TryFromBase64String(token[Mark.Length..], bytes, out int length))
        {
            return false;
        }

        string[] parts = Encoding.UTF8.GetString(bytes[..length]).Split(Separator);
        if (parts.Length != 3 || parts[0] != installation)
        {
            return false;
        }

        position = parts[1];
        return true;
    }
}
