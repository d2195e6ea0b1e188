using System.Text;

namespace Reconciler.Core.Ledgers;

/// <summary>
/// The stored form of a <see cref="JournalLine"/>, one text that people can read:
/// <code>2026-03-01T12:00:00Z T3 UID attempt=A number=1 -- attempt 1 announced (A)</code>
/// Words are parted by one space, so white space and <c>%</c> in them are percent-encoded. The message follows
/// <c>--</c> as it is. No UID is <c>-</c>.
/// <para>A text and no object: with 190 objects an API server takes two thirds longer for each write of a ledger, and
/// every create waits for one (bench/README.md, reaction).</para>
/// </summary>
internal static class JournalText
{
    private const string Divider = " -- ";
    private const string Nobody = "-";

    public static string Write(JournalLine line)
    {
        var text = new StringBuilder(LedgerTime.Write(line.At));
        AppendWord(text.Append(' '), line.Rule);
        AppendOwner(text.Append(' '), line.OwnerUid);
        foreach (var (name, value) in line.Inputs)
        {
            AppendEscaped(text.Append(' '), name, also: '=');
            AppendEscaped(text.Append('='), value);
        }

        return text.Append(Divider).Append(line.Message).ToString();
    }

    /// <summary>Total: the journal is for people and decides nothing, so a text of another form is a message and no
    /// reason to refuse the ledger.</summary>
    public static JournalLine Read(string text)
    {
        var end = text.IndexOf(Divider, StringComparison.Ordinal);
        if (end < 0 || text[..end].Split(' ') is not [var time, var rule, var owner, .. var inputs]
            || LedgerTime.Read(time) is not { } at)
        {
            return new JournalLine(default, "", "", text);
        }

        return new JournalLine(
            at, owner == Nobody ? "" : Uri.UnescapeDataString(owner), Uri.UnescapeDataString(rule),
            text[(end + Divider.Length)..])
        {
            Inputs = JournalLine.NoInputs.SetItems(inputs.Select(Input)),
        };
    }

    private static KeyValuePair<string, string> Input(string word)
    {
        var parts = word.Split('=', 2);
        return new(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? ""));
    }

    private static StringBuilder AppendOwner(StringBuilder text, string uid) =>
        uid.Length == 0 ? text.Append(Nobody) : AppendWord(text, uid);

    // Of dashes only, it would pass for the divider or for nobody.
    private static StringBuilder AppendWord(StringBuilder text, string word) => word.Trim('-').Length == 0
        ? text.Append(word.Replace("-", "%2D", StringComparison.Ordinal))
        : AppendEscaped(text, word);

    // In place: each write of a ledger writes all its lines, some thousand words that have nothing to escape.
    private static StringBuilder AppendEscaped(StringBuilder text, string word, char also = '%')
    {
        foreach (var sign in word)
        {
            if (sign == '%' || sign == also || char.IsWhiteSpace(sign) || char.IsControl(sign))
            {
                text.Append(Uri.EscapeDataString(sign.ToString()));
            }
            else
            {
                text.Append(sign);
            }
        }

        return text;
    }
}
