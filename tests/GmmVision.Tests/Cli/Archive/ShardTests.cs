using GmmVision.Cli;
using GmmVision.Cli.Archive;
using Xunit;

namespace GmmVision.Tests.Cli.Archive;

public class ShardTests
{
    private static Func<string, string?> Environment(params (string Name, string Value)[] variables) => name => variables.FirstOrDefault(variable => variable.Name == name).Value;

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(7), InlineData(50), InlineData(300)]
    public void Every_input_is_in_one_part_and_parts_weigh_about_the_same(int count)
    {
        Random random = new(count);
        int[] inputs = [.. Enumerable.Range(0, 200)];
        long[] weights = [.. inputs.Select(_ => (long)Math.Exp(random.NextDouble() * 12) * 10_000)];
        IReadOnlyList<int>[] parts = [.. Enumerable.Range(1, count).Select(i => new Shard(i, count).Take(inputs, input => weights[input]))];
        Assert.Equal(inputs, parts.SelectMany(part => part).Order());
        Assert.All(parts, part => Assert.Equal(part.Order(), part));
        // The rule's bound: no part is heavier than 4/3 of the best that there can be, which is at least the mean and the heaviest input.
        long[] loads = [.. parts.Select(part => part.Sum(input => weights[input] + (1 << 18)))];
        double best = Math.Max(loads.Sum() / (double)count, weights.Max() + (1 << 18));
        Assert.True(loads.Max() <= 4 / 3.0 * best + 1, $"{loads.Max()} of at best {best}");
        Assert.Equal(parts[^1], new Shard(count, count).Take(inputs, input => weights[input]));
    }

    [Theory]
    [InlineData("3/20", 3, 20)]
    [InlineData("1/1", 1, 1)]
    public void A_part_is_given_by_its_number(string text, int index, int count) => Assert.Equal(new Shard(index, count), Shard.Parse(text, _ => null));

    [Theory, InlineData("0/3"), InlineData("4/3"), InlineData("3"), InlineData("a/b"), InlineData("1/0"), InlineData("-1/2"), InlineData("1/2/3"), InlineData(""), InlineData("auto"), InlineData("auto/3"), InlineData("1/1000001")]
    public void What_is_no_part_is_wrong_usage(string text) => Assert.Equal(ExitCode.Usage, Assert.Throws<UserError>(() => Shard.Parse(text, _ => null)).ExitCode);

    [Fact]
    public void Schedulers_tell_the_part()
    {
        Assert.Null(Shard.FromEnvironment(_ => null, null));
        Assert.Equal((3, 4), Of(("SLURM_ARRAY_TASK_ID", "12"), ("SLURM_ARRAY_TASK_MIN", "10"), ("SLURM_ARRAY_TASK_COUNT", "4")));
        Assert.Equal((2, 3), Of(("SLURM_ARRAY_TASK_ID", "5"), ("SLURM_ARRAY_TASK_MIN", "1"), ("SLURM_ARRAY_TASK_STEP", "4"), ("SLURM_ARRAY_TASK_COUNT", "3")));
        Assert.Equal((1, 20), Of(("AWS_BATCH_JOB_ARRAY_INDEX", "0"), ("AWS_BATCH_JOB_ARRAY_SIZE", "20")));
        Assert.Equal((20, 20), Of(("JOB_COMPLETION_INDEX", "19"), ("GMMVISION_SHARDS", "20")));
        Shard given = Shard.Parse("auto/5", Environment(("JOB_COMPLETION_INDEX", "4")));
        Assert.Equal((5, 5, "JOB_COMPLETION_INDEX"), (given.Index, given.Count, given.From));

        static (int, int) Of(params (string, string)[] variables) => Shard.Parse("auto", Environment(variables)) is Shard shard ? (shard.Index, shard.Count) : default;
    }

    [Fact]
    public void A_part_that_a_scheduler_tells_by_halves_is_not_guessed()
    {
        Assert.Contains("GMMVISION_SHARDS", Error(("JOB_COMPLETION_INDEX", "3")));
        Assert.Contains("is not one of 2", Error(("JOB_COMPLETION_INDEX", "2"), ("GMMVISION_SHARDS", "2")));
        Assert.Contains("without gaps", Error(("SLURM_ARRAY_TASK_ID", "9"), ("SLURM_ARRAY_TASK_MIN", "1"), ("SLURM_ARRAY_TASK_COUNT", "3")));
        Assert.Contains("no number", Error(("SLURM_ARRAY_TASK_ID", "x"), ("SLURM_ARRAY_TASK_COUNT", "3")));

        static string Error(params (string, string)[] variables) => Assert.Throws<UserError>(() => Shard.FromEnvironment(Environment(variables), null)).Message;
    }
}
