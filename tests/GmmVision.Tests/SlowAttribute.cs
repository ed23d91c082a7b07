using Xunit.v3;

namespace GmmVision.Tests;

/// <summary>Marks a test that takes many seconds: <c>./run.sh test</c> leaves it out, <c>./run.sh test --all</c>, and so CI, does not.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class SlowAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Category", "Slow")];
}
