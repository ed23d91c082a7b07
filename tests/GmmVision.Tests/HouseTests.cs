using Xunit;

namespace GmmVision.Tests;

public class HouseTests
{
    [Fact]
    public void The_library_references_no_project_of_the_house() =>
        Assert.DoesNotContain(typeof(GmmVision.Imaging.Frame).Assembly.GetReferencedAssemblies(), name => name.Name!.StartsWith("GmmVision", StringComparison.Ordinal));
}
