using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;
using Reconciler.Operator.Control;

namespace Reconciler.Operator.Tests.Control;

/// <summary>What is kept of passes for people to look at: little, and nothing when nobody can look.</summary>
public sealed class PassBookTests
{
    [Fact]
    public void A_book_without_room_keeps_nothing_and_tells_nobody()
    {
        var told = 0;
        var book = new PassBook(0, TimeProvider.System) { Changed = () => told++ };

        book.Write(Key(1), Result());

        Assert.Same(PassRecord.Nothing, book.Find(Key(1)));
        Assert.Equal(0, told);
    }

    [Fact]
    public void The_last_pass_with_work_stays_beside_quiet_ones()
    {
        var book = new PassBook(10, TimeProvider.System);

        book.Write(Key(1), Result(Create(10)));
        book.Write(Key(1), Result());
        book.Write(Key(1), Result());

        var record = book.Find(Key(1));
        Assert.Equal((3, 1), (record.Last!.Number, record.LastWithWork!.Number));
        book.Forget(Key(1));
        Assert.Same(PassRecord.Nothing, book.Find(Key(1)));
    }

    [Fact]
    public void The_oldest_goes_first_by_number()
    {
        var book = new PassBook(2, TimeProvider.System);

        book.Write(Key(1), Result());
        book.Write(Key(2), Result());
        book.Write(Key(1), Result());
        book.Write(Key(3), Result());

        Assert.Null(book.Find(Key(2)).Last);
        Assert.NotNull(book.Find(Key(1)).Last);
        Assert.NotNull(book.Find(Key(3)).Last);
    }

    [Fact]
    public void The_oldest_goes_first_by_the_content_it_keeps_alive()
    {
        var book = new PassBook(1000, TimeProvider.System);
        const int Size = 60_000;
        var fitting = (int)(PassBook.WeightMax / Size);

        for (var i = 0; i <= fitting; i++)
        {
            book.Write(Key(i), Result(Create(Size)));
        }

        Assert.Null(book.Find(Key(0)).Last);
        Assert.NotNull(book.Find(Key(fitting)).Last);
        book.Clear();
        Assert.Null(book.Find(Key(fitting)).Last);
    }

    private static InstallationKey Key(int number) => new("team-a", $"i{number}");

    private static PlannedAction Create(int size) => new PlannedAction.Create(
        new DesiredModule(
            new ModuleOwner("u", "team-a", "m"), ModuleContent.Parse("t", $$"""{"a":"{{new string('x', size)}}"}""")),
        null, "T3", Reasons.Registering);

    private static PassResult Result(params PlannedAction[] actions) => new(
        new PassOutcome.Settled(), [], new Plan([.. actions], [], [], ""), null,
        new InstallationVerdict(Progress.Ready, Reasons.Synced, "In sync."), null);
}
