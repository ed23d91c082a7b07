using System.Globalization;
using GmmVision.Lab;
using GmmVision.Mixtures;
using GmmVision.Tests.Mixtures;
using Xunit;

namespace GmmVision.Tests.Lab;

public class TableTests
{
    [Theory]
    [InlineData("a,b\n1,2\n3,4.5\n")]
    [InlineData("a;b\n1;2\n3;4,5\n")]
    [InlineData("a\tb\r\n1\t2\r\n3\t4.5\r\n\r\n")]
    [InlineData("\uFEFFa|b\n 1 | 2 \n3|4.5")]
    [InlineData("\"a\",\"b\"\n\"1\",\"2\"\n3,45e-1\n")]
    public void Numbers_come_however_they_are_parted(string text)
    {
        Table table = Read(text);
        Assert.Equal(["a", "b"], table.Columns);
        Assert.Equal(2, table.Rows);
        Assert.Equal([1, 2, 3, 4.5], table.Select(["a", "b"]).Values);
    }

    [Fact]
    public void Words_are_passed_over_and_what_is_missing_is_left_out()
    {
        Table table = Read("x,name,,x,empty\n1,red,2,3,\nNA,green,4,5,\n6,blue,7,inf,\n");
        Assert.Equal(["x", "column 3", "x (2)"], table.Columns);
        Assert.Equal(["name", "empty"], table.TextColumns);
        (double[] values, int[] rows) = table.Select(["column 3", "x"]);
        Assert.Equal([0, 2], rows);
        Assert.Equal([2, 1, 7, 6], values);
        Assert.Equal([0, 1], table.Select(["x (2)"]).RowNumbers);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("1,2\n3,4\n", "no header")]
    [InlineData("a,b\n1,2\n3\n", "line 3")]
    [InlineData("a,b\nx,y\n", "no column of numbers")]
    [InlineData("a,b\n", "no column of numbers")]
    [InlineData("a,b\n1,2\"3\n", "quote")]
    public void A_table_that_is_none_is_told_with_its_line(string text, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidDataException>(() => Read(text)).Message);

    [Fact]
    public void Many_columns_of_one_name_are_told_apart_at_once_and_too_many_are_refused()
    {
        string[] names = [.. Enumerable.Repeat("a", 9000)];
        Table table = Read(string.Join(',', names) + "\n" + string.Join(',', names.Select(_ => "1")) + "\n");
        Assert.Equal(["a", "a (2)", "a (3)"], table.Columns.Take(3));
        Assert.Equal("a (9000)", table.Columns[^1]);
        Assert.Contains("columns", Assert.Throws<InvalidDataException>(() => Read(new string(',', 20_000) + "\n1\n")).Message);
    }

    [Fact]
    public void A_column_that_is_not_there_is_told_with_those_that_are()
    {
        Table table = Read("a,b,word\n1,2,x\n3,4,y\n");
        Assert.Contains("a, b", Assert.Throws<ArgumentException>(() => table.Select(["c"])).Message);
        Assert.Contains("words", Assert.Throws<ArgumentException>(() => table.Select(["word"])).Message);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => table.Select(["a", "a"])).Message);
    }

    [Fact]
    public void A_fit_finds_the_clusters_in_any_units()
    {
        double[] rows = MixtureData.ThreeInSpace(600, 1);
        foreach (double unit in (double[])[1, 1e-5, 1e7])
        {
            TableFit fit = TableFit.Of(Read(Csv(rows, unit)));
            Assert.Equal(3, fit.Model.Mixture.Components);
            Assert.Empty(fit.Warnings);
            Assert.Equal(0, fit.Model.Mean(0)[0] / unit, 0.3);
            Assert.Equal(600, fit.Result.Counts().Sum());
            Assert.InRange(fit.Result.Anomalies, 5, 7);      // 1 % of 600
        }
    }

    [Fact]
    public void Many_columns_are_brought_to_principal_components_and_it_is_said()
    {
        // 30 columns that follow three hidden numbers.
        double[] hidden = MixtureData.ThreeInSpace(400, 2), rows = new double[400 * 30];
        for (int n = 0; n < 400; n++)
            for (int c = 0; c < 30; c++)
                rows[n * 30 + c] = hidden[n * 3 + c % 3] * (1 + c / 3) + 0.01 * Math.Sin(n * 31 + c * 17);
        Table table = Read(Csv(rows, 1, 30));
        TableFit fit = TableFit.Of(table);
        Assert.Equal(["PC1", "PC2"], fit.Model.Preparation.Features.Take(2));
        Assert.InRange(fit.Model.Preparation.Features.Count, 2, 4);
        Assert.Equal(3, fit.Model.Mixture.Components);
        Assert.Contains(fit.Warnings, warning => warning.Contains("principal"));
        Assert.Equal(30, fit.Model.Mean(0).Length);
        Assert.Null(TableFit.Of(table, new TableOptions { PrincipalComponents = 0, Components = 1 }).Model.Preparation.Directions);
        Assert.Throws<ArgumentException>(() => TableFit.Of(table, new TableOptions { PrincipalComponents = 31 }));
    }

    [Fact]
    public void A_saved_model_says_the_same_of_the_same_rows()
    {
        Table table = Read(Csv(MixtureData.ThreeInSpace(300, 3), 1));
        TableFit fit = TableFit.Of(table, new TableOptions { PrincipalComponents = 2 });
        using MemoryStream stream = new();
        fit.Model.Save(stream);
        stream.Position = 0;
        TableResult again = TableModel.Load(stream).Judge(table);
        Assert.Equal(fit.Result.Labels, again.Labels);
        Assert.Equal(fit.Result.LogDensities, again.LogDensities);
        Assert.Equal(fit.Result.Anomalies, again.Anomalies);
        Assert.Throws<ArgumentException>(() => again.Model.Judge(Read("a,b\n1,2\n")));
        Assert.Throws<InvalidDataException>(() => TableModel.Load(new MemoryStream("{\"format\":\"x\"}"u8.ToArray())));
    }

    [Fact]
    public void Every_row_has_a_line_in_the_csv_and_an_incomplete_one_an_empty_label()
    {
        TableFit fit = TableFit.Of(Read("a,b\n1,2\n1.5,2.5\nNA,3\n9,9\n8.5,9.5\n"), new TableOptions { Components = 2, Covariance = CovarianceType.Spherical });
        Assert.Contains(fit.Warnings, warning => warning.StartsWith("1 of 5 rows", StringComparison.Ordinal));
        StringWriter text = new();
        fit.Result.WriteCsv(text);
        string[] lines = text.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal("row,label,p0,p1,anomaly_score,anomaly", lines[0]);
        Assert.Equal("3,,,,,", lines[3]);
        string[] first = lines[1].Split(',');
        Assert.Equal(1, double.Parse(first[2], CultureInfo.InvariantCulture) + double.Parse(first[3], CultureInfo.InvariantCulture), 1e-5);
        Assert.Equal(lines[1].Split(',')[1], lines[2].Split(',')[1]);
        Assert.NotEqual(lines[1].Split(',')[1], lines[4].Split(',')[1]);
    }

    private static Table Read(string text) => Table.Read(new StringReader(text), "t.csv");

    private static string Csv(double[] rows, double unit, int d = 3) =>
        string.Join(',', Enumerable.Range(0, d).Select(i => $"c{i}")) + "\n"
        + string.Join('\n', rows.Chunk(d).Select(row => string.Join(',', row.Select(value => (unit * value).ToString("R", CultureInfo.InvariantCulture)))));
}
