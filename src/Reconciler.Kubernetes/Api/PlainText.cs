using System.Text;

namespace Reconciler.Kubernetes.Api;

/// <summary>Quotes bytes from outside in one bounded line without control characters, for an error or a log.</summary>
internal static class PlainText
{
    public static string Quote(ReadOnlySpan<byte> bytes, int lengthMax)
    {
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, lengthMax)]);
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            line.Append(char.IsControl(c) ? ' ' : c);
        }

        return line.ToString().Trim();
    }
}
