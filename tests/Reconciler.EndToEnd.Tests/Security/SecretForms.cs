using System.Text;

namespace Reconciler.EndToEnd.Tests.Security;

/// <summary>A secret text in every form in which an output may hold it: as it is, and as base64 of any text around it,
/// in both alphabets. Letters are found in either case, since a host is written in lower case.</summary>
internal sealed class SecretForms
{
    private const int BitsOfAByte = 8;
    private const int BitsOfACharacter = 6;

    private readonly List<string> _forms;

    public SecretForms(string secret)
    {
        Assert.True(secret.Length >= 12, "so short a text is found by chance");
        _forms = [.. Enumerable.Range(0, 3).SelectMany(lead => Encoded(secret, lead)).Append(secret).Distinct()];
    }

    /// <summary>Where a text holds the secret, with what stands around it; null where it does not.</summary>
    public string? FindIn(string text) => _forms
        .Select(form => text.IndexOf(form, StringComparison.OrdinalIgnoreCase)).Where(at => at >= 0)
        .Select(at => text[Math.Max(0, at - 120)..Math.Min(text.Length, at + 60)]).FirstOrDefault();

    // Three bytes are four characters, so there are three ways in which a text can lie in base64. The characters at its
    // ends hold bits of its neighbours, too, and are left out.
    private static IEnumerable<string> Encoded(string secret, int lead)
    {
        byte[] bytes = [.. new byte[lead], .. Encoding.UTF8.GetBytes(secret)];
        var first = ((lead * BitsOfAByte) + BitsOfACharacter - 1) / BitsOfACharacter;
        var form = Convert.ToBase64String(bytes)[first..(bytes.Length * BitsOfAByte / BitsOfACharacter)];
        return [form, form.Replace('+', '-').Replace('/', '_')];
    }
}
