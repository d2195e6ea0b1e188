namespace Reconciler.HouseRules;

/// <summary>Collects what breaks a rule and fails once, with every place and the way to mend it.</summary>
internal sealed class Breaches(string mend)
{
    private readonly List<string> _places = [];

    public void Add(string place, string what) => _places.Add($"{place}: {what}");

    public void AddIf(bool broken, string place, string what)
    {
        if (broken)
        {
            Add(place, what);
        }
    }

    public void ShouldBeNone()
    {
        if (_places.Count > 0)
        {
            Assert.Fail($"{_places.Count} places break a house rule. To mend: {mend}\n{string.Join('\n', _places)}");
        }
    }
}
