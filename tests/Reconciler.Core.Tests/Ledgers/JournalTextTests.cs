using Reconciler.Core.Ledgers;

namespace Reconciler.Core.Tests.Ledgers;

public sealed class JournalTextTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, 5, TimeSpan.Zero);

    [Fact]
    public void A_line_reads_well()
    {
        var line = Line("u1", "attempt 1 announced (a1)", ("attempt", "a1"), ("number", "1"));

        Assert.Equal(
            "2026-03-01T12:00:00.005Z T3 u1 attempt=a1 number=1 -- attempt 1 announced (a1)", JournalText.Write(line));
    }

    [Theory]
    [InlineData("", "plain")]
    [InlineData("-", "")]
    [InlineData("--", " -- -- ")]
    [InlineData("---", "--")]
    [InlineData("team-a/m", "two\nlines")]
    [InlineData("%2D", "100 % -- of it")]
    [InlineData(" a = b ", "ä€😀\u0001")]
    [InlineData("a\tb\u00a0c\u2028", "\u2028")]
    public void Whatever_is_in_a_line_it_reads_back_as_it_was(string awkward, string message)
    {
        var line = Line(awkward, message, ("plain", awkward), ("x" + awkward, "=" + awkward), ("empty", ""));

        var read = JournalText.Read(JournalText.Write(line));

        Assert.Equal(line with { Inputs = JournalLine.NoInputs }, read with { Inputs = JournalLine.NoInputs });
        Assert.Equal(line.Inputs.AsEnumerable(), read.Inputs);
    }

    /// <summary>By hand, by a restore, by a later version: no reason to refuse a ledger.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("2026-03-01T12:00:00Z T3 u1")]
    [InlineData("2026-03-01T12:00:00Z T3 -- no UID")]
    [InlineData("12:00 T3 u1 -- no date")]
    public void A_text_of_another_form_is_a_message_and_stays_one(string text)
    {
        var read = JournalText.Read(text);

        Assert.Equal(new JournalLine(default, "", "", text), read);
        Assert.Equal(read, JournalText.Read(JournalText.Write(read)));
    }

    private static JournalLine Line(string uid, string message, params (string Name, string Value)[] inputs) =>
        new(Noon, uid, "T3", message)
        {
            Inputs = JournalLine.NoInputs.SetItems(
                inputs.Select(input => KeyValuePair.Create(input.Name, input.Value))),
        };
}
