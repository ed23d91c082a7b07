using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace GmmVision.Tests;

/// <summary>The arrows of the house: which room may know of which. README, "How it works".</summary>
public class HouseTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Theory]
    [InlineData(typeof(GmmVision.Imaging.Frame), "")]
    [InlineData(typeof(GmmVision.Ffmpeg.FfmpegFrameSource), "GmmVision")]
    [InlineData(typeof(GmmVision.OpenCv.OpenCvFrameSource), "GmmVision")]
    [InlineData(typeof(GmmVision.Lab.DataSet), "GmmVision")]
    [InlineData(typeof(GmmVision.Recording.Cameras.CameraSession), "GmmVision GmmVision.Ffmpeg")]
    [InlineData(typeof(GmmVision.Web.LiveServer), "GmmVision GmmVision.Lab GmmVision.Recording GmmVision.Ffmpeg")]
    public void A_project_references_only_what_it_may(Type inside, string allowed) =>
        Assert.Empty(inside.Assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("GmmVision", StringComparison.Ordinal)).Except(allowed.Split(' ')));

    [Theory]
    [InlineData("Imaging", "")]
    [InlineData("Simd", "")]
    [InlineData("Threading", "Imaging")]
    [InlineData("Background", "Simd Imaging Threading")]
    [InlineData("Foreground", "Background Simd Imaging Threading")]
    [InlineData("Motion", "Imaging")]
    [InlineData("Mixtures", "Simd Threading")]
    [InlineData("Segmentation", "Mixtures Imaging Threading")]
    [InlineData("Evaluation", "Imaging")]
    public void A_room_of_the_library_knows_only_what_it_may(string room, string allowed) =>
        Assert.Empty(Known(typeof(GmmVision.Imaging.Frame).Assembly, "GmmVision.", room).Except(allowed.Split(' ')));

    [Theory]
    [InlineData("Loop", "")]
    [InlineData("Events", "")]
    [InlineData("Clips", "Events")]
    [InlineData("Cameras", "Loop Events Clips")]
    public void A_room_of_the_recorder_knows_only_what_it_may(string room, string allowed) =>
        Assert.Empty(Known(typeof(GmmVision.Recording.Cameras.CameraSession).Assembly, "GmmVision.Recording.", room).Except(allowed.Split(' ')));

    [Fact]
    public void The_check_sees_what_a_room_knows()
    {
        Assert.Contains("Imaging", Known(typeof(GmmVision.Imaging.Frame).Assembly, "GmmVision.", "Background"));
        Assert.Contains("Clips", Known(typeof(GmmVision.Recording.Cameras.CameraSession).Assembly, "GmmVision.Recording.", "Cameras"));
    }

    [Fact]
    public void How_a_model_lays_out_its_numbers_is_known_to_the_model_alone()
    {
        string[] own = ["MixtureState", "MixtureKernel", "KernelPass", "KernelConstants"];
        string library = Path.Combine(ReadmeTests.Root, "src", "GmmVision");
        string[] others = [.. Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/Background/", StringComparison.Ordinal) && !file.Contains("/Mixtures/", StringComparison.Ordinal))];
        Assert.Contains(others, file => file.EndsWith("ForegroundDetector.cs", StringComparison.Ordinal));
        Assert.Empty(others.Where(file => own.Any(File.ReadAllText(file).Contains)).Select(Path.GetFileName));
        string[] choosers = [.. Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && File.ReadAllText(file).Contains("Vector512.IsHardwareAccelerated", StringComparison.Ordinal))];
        Assert.Equal(["LaneWidth.cs"], choosers.Select(Path.GetFileName));
    }

    /// <summary>The record is the schema: JSON is written member by member only inside a converter, and by the one place that says how text is escaped.</summary>
    [Fact]
    public void No_json_is_written_by_hand()
    {
        string source = Path.Combine(ReadmeTests.Root, "src");
        string[] writers = [.. Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && File.ReadAllText(file) is var text
            && text.Contains("Utf8JsonWriter", StringComparison.Ordinal) && !text.Contains(": JsonConverter<", StringComparison.Ordinal))];
        Assert.Equal(["JsonLine.cs"], writers.Select(Path.GetFileName));
        // Nor by types without a name.
        string[] nameless = [.. Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && System.Text.RegularExpressions.Regex.IsMatch(File.ReadAllText(file), @"\bnew\s*\{"))];
        Assert.Empty(nameless.Select(Path.GetFileName));
    }

    /// <summary>No class that a newcomer must read in one go is longer than this; the lines of a file stand for it, since there is one class in each.</summary>
    [Fact]
    public void No_file_of_the_recorder_is_over_300_lines()
    {
        string folder = Path.Combine(ReadmeTests.Root, "src", "GmmVision.Recording");
        string[] files = [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        Assert.Empty(files.Where(file => File.ReadLines(file).Count() > 300).Select(Path.GetFileName));
    }

    // What fields, signatures and local variables of a room's types name, except where the other one is no room but the house itself.
    private static HashSet<string> Known(Assembly assembly, string house, string room) =>
        [.. assembly.GetTypes().Where(type => RoomOf(type, house) == room).SelectMany(Named).SelectMany(Unwrapped).Where(type => type.Assembly == assembly)
            .Select(type => RoomOf(type, house)).OfType<string>().Where(other => other != room)];

    private static string? RoomOf(Type type, string house) =>
        type.Namespace?.StartsWith(house, StringComparison.Ordinal) == true ? type.Namespace[house.Length..].Split('.')[0] : null;

    private static IEnumerable<Type> Named(Type type)
    {
        IEnumerable<MethodBase> methods = [.. type.GetMethods(All), .. type.GetConstructors(All)];
        return [
            .. type.BaseType is { } parent ? (Type[])[parent] : [],
            .. type.GetInterfaces(),
            .. type.GetFields(All).Select(field => field.FieldType),
            .. methods.SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType),
            .. methods.OfType<MethodInfo>().Select(method => method.ReturnType),
            .. methods.SelectMany(method => method.GetMethodBody()?.LocalVariables ?? []).Select(local => local.LocalType),
        ];
    }

    private static IEnumerable<Type> Unwrapped(Type type) =>
        type.HasElementType ? Unwrapped(type.GetElementType()!)
        : type.IsGenericType ? [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Unwrapped)]
        : type.IsDefined(typeof(CompilerGeneratedAttribute)) ? [] : [type];
}
