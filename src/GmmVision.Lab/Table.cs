using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace GmmVision.Lab;

/// <summary>A table of numbers with a name for each column, read from CSV.</summary>
/// <remarks>Immutable; may be used from any number of threads.</remarks>
public sealed class Table
{
    /// <summary>The most cells that are read: 800 MB of numbers.</summary>
    public const long MostCells = 100_000_000;

    /// <summary>The most columns that are read.</summary>
    public const int MostColumns = 10_000;

    private static readonly string[] Missing = ["", "na", "n/a", "nan", "null", "none", "-", "?", "inf", "+inf", "-inf"];

    private Table(IReadOnlyList<string> columns, double[][] values, IReadOnlyList<string> texts) => (Columns, Values, TextColumns) = (columns, values, texts);

    /// <summary>Columns that hold numbers, in their order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Columns that hold something else; they are not read.</summary>
    public IReadOnlyList<string> TextColumns { get; }

    /// <summary>Rows, the header not counted.</summary>
    public int Rows => Values.Length == 0 ? 0 : Values[0].Length;

    /// <summary>The numbers, column by column; NaN where one is missing.</summary>
    internal double[][] Values { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">CSV with a header; separated by commas, semicolons, tabs or bars, whichever the header has most of.</param>
    /// <exception cref="InvalidDataException">It is no such table; the message tells the line.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Table Read(string path)
    {
        try
        {
            using StreamReader reader = new(path);
            return Read(reader, path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException(Directory.Exists(path) ? $"'{path}' is a folder, not a table." : $"there is no table '{path}'.", e);
        }
    }

    /// <summary>Reads a table from text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="InvalidDataException">It is no such table; the message tells the line.</exception>
    public static Table Read(TextReader reader, string name)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            return Parse(reader, name);
        }
        catch (CsvHelperException exception)
        {
            throw new InvalidDataException($"'{name}' cannot be read as a table: {exception.Message.Split('\n')[0].TrimEnd()}", exception);
        }
    }

    private static Table Parse(TextReader reader, string name)
    {
        string first = reader.ReadLine()?.TrimStart('\uFEFF') ?? throw new InvalidDataException($"'{name}' is empty: a table has a header and rows.");
        string delimiter = Delimiter(first);
        using CsvReader csv = new(new Continued(first, reader), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = delimiter,
            TrimOptions = TrimOptions.Trim,
            BadDataFound = bad => throw new InvalidDataException($"'{name}': a quote in line {bad.Context.Parser?.RawRow} is not closed or stands inside of a word: {Short(bad.RawRecord)}"),
            MissingFieldFound = null,
            DetectColumnCountChanges = false,
        });
        string[] header = csv.Read() ? csv.Parser.Record ?? [] : [];
        if (header.Any(word => IsNumber(word, delimiter, out _)))
            throw new InvalidDataException($"'{name}' has no header: its first line holds numbers ({Short(first)}). Put a line with a name for each column in front.");
        if (header.Length > MostColumns)
            throw new InvalidDataException($"'{name}' has {header.Length:N0} columns; at most {MostColumns:N0} are read.");
        string[] names = Unique(header);
        List<double>?[] columns = [.. names.Select(_ => new List<double>())];
        long cells = 0;
        while (csv.Read())
        {
            string[] record = csv.Parser.Record ?? [];
            if (record.Length == 1 && record[0].Length == 0)
                continue;
            if (record.Length != names.Length)
                throw new InvalidDataException($"'{name}': line {csv.Parser.RawRow} has {record.Length} columns, the header {names.Length}.");
            if ((cells += names.Length) > MostCells)
                throw new InvalidDataException($"'{name}' has more than {MostCells:N0} cells; take fewer rows or columns.");
            for (int i = 0; i < names.Length; i++)
            {
                if (columns[i] is not { } column)
                    continue;
                if (IsNumber(record[i], delimiter, out double value))
                    column.Add(value);
                else if (Missing.Contains(record[i].ToLowerInvariant()))
                    column.Add(double.NaN);
                else
                    columns[i] = null;      // words: not a column to fit to
            }
        }
        int[] numeric = [.. Enumerable.Range(0, names.Length).Where(i => columns[i] is { } column && column.Any(double.IsFinite))];
        if (numeric.Length == 0)
            throw new InvalidDataException($"'{name}' has no column of numbers ({string.Join(", ", names.Select(Short).Take(8))}).");
        return new Table([.. numeric.Select(i => names[i])], [.. numeric.Select(i => columns[i]!.ToArray())], [.. Enumerable.Range(0, names.Length).Except(numeric).Select(i => names[i])]);
    }

    /// <summary>The rows of some columns in which no number is missing.</summary>
    /// <param name="columns">Names, as in <see cref="Columns"/>.</param>
    /// <exception cref="ArgumentException">There is no such column, or one is named twice.</exception>
    /// <returns>n x columns numbers, row by row, and which rows of the table they are, from 0.</returns>
    public (double[] Values, int[] RowNumbers) Select(IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        int[] chosen = [.. columns.Select(Find)];
        if (chosen.Distinct().Count() < chosen.Length)
            throw new ArgumentException($"a column is named twice among {string.Join(", ", columns)}.");
        List<double> values = [];
        List<int> rows = [];
        for (int row = 0; row < Rows; row++)
        {
            if (chosen.Any(column => !double.IsFinite(Values[column][row])))
                continue;
            rows.Add(row);
            foreach (int column in chosen)
                values.Add(Values[column][row]);
        }
        return ([.. values], [.. rows]);
    }

    private int Find(string column)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == column)
                return i;
        }
        throw new ArgumentException(TextColumns.Contains(column)
            ? $"the column '{column}' holds words, not numbers; columns of numbers are {string.Join(", ", Columns)}."
            : $"there is no column '{column}'; columns of numbers are {string.Join(", ", Columns)}.");
    }

    private static string Delimiter(string header) => new[] { ",", ";", "\t", "|" }.MaxBy(candidate => header.Count(c => c == candidate[0]))!;

    // Where semicolons part the cells, a comma is the decimal point of half of Europe.
    private static bool IsNumber(string text, string delimiter, out double value)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        bool good = double.TryParse(text, Style, CultureInfo.InvariantCulture, out value)
            || (delimiter != "," && double.TryParse(text.Replace(',', '.'), Style, CultureInfo.InvariantCulture, out value));
        if (good && !double.IsFinite(value))
            value = double.NaN;
        return good;
    }

    private static string[] Unique(string[] header)
    {
        HashSet<string> seen = [];
        Dictionary<string, int> next = [];      // where many columns have one name, counting must not begin anew for each
        string[] names = new string[header.Length];
        for (int i = 0; i < names.Length; i++)
        {
            string name = header[i].Length == 0 ? $"column {i + 1}" : header[i], unique = name;
            int n = next.GetValueOrDefault(name, 2);
            for (; !seen.Add(unique); n++)
                unique = $"{name} ({n})";
            next[name] = n;
            names[i] = unique;
        }
        return names;
    }

    private static string Short(string text) => text.Length <= 60 ? text.TrimEnd() : text[..57] + "...";

    // The header's line, which the delimiter was read from, and what follows it.
    private sealed class Continued(string first, TextReader rest) : TextReader
    {
        private readonly string _first = first + "\n";
        private int _at;

        public override int Peek() => _at < _first.Length ? _first[_at] : rest.Peek();

        public override int Read() => _at < _first.Length ? _first[_at++] : rest.Read();

        public override int Read(char[] buffer, int index, int count)
        {
            if (_at >= _first.Length)
                return rest.Read(buffer, index, count);
            int taken = Math.Min(count, _first.Length - _at);
            _first.CopyTo(_at, buffer, index, taken);
            _at += taken;
            return taken;
        }
    }
}
