using System.Globalization;
using System.Reflection;
using System.Text;

namespace GmmVision.Cli.Eval;

/// <summary>Sets any option of an options record by its name: "history=500", "background.history=500", "median-size=7".</summary>
internal static class OptionAssignment
{
    /// <summary>One option: the properties on the way to it, and the name that a user gives.</summary>
    private sealed record Target(PropertyInfo[] Path, string Name);

    /// <summary>A copy of a record with one option changed. Ranges are left to the record's own check.</summary>
    /// <param name="options">A record; nested records are options within options.</param>
    /// <param name="assignment">name=value. Names as in C# or in kebab-case; those of nested records with or without the record's name in front.</param>
    /// <exception cref="UserError">There is no such option, or the value is not of its kind.</exception>
    public static T Apply<T>(T options, string assignment)
        where T : class
    {
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
            throw UserError.Usage($"--set needs option=value, as in history=500, not '{assignment}'.");
        (string name, string text) = (assignment[..equals].Trim(), assignment[(equals + 1)..].Trim());
        List<Target> all = [.. Targets(typeof(T), [])];
        Target? target = all.Find(entry => Key(entry.Name) == Key(name))
            ?? all.OrderBy(entry => entry.Path.Length).FirstOrDefault(entry => Key(entry.Path[^1].Name) == Key(name));
        if (target is null)
            throw UserError.Usage($"--set knows no option '{name}': there are {string.Join(", ", all.Select(entry => entry.Name))}.");
        if (!TryParse(text, target.Path[^1].PropertyType, out object? value))
            throw UserError.Usage($"--set {target.Name} needs {Kind(target.Path[^1].PropertyType)}, not '{text}'.");
        return (T)With(options, target.Path, value);
    }

    /// <summary>The names of all options, as a user gives them.</summary>
    public static IEnumerable<string> Names<T>() => Targets(typeof(T), []).Select(target => target.Name);

    private static IEnumerable<Target> Targets(Type record, PropertyInfo[] path)
    {
        foreach (PropertyInfo property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (!property.CanWrite)
                continue;
            PropertyInfo[] longer = [.. path, property];
            if (Clone(property.PropertyType) is not null)
            {
                foreach (Target inside in Targets(property.PropertyType, longer))
                    yield return inside;
            }
            else if (Kind(property.PropertyType) is not null)
                yield return new Target(longer, string.Join('.', longer.Select(step => Kebab(step.Name))));
        }
    }

    private static object With(object record, ReadOnlySpan<PropertyInfo> path, object? value)
    {
        object copy = Clone(record.GetType())!.Invoke(record, null)!;
        path[0].SetValue(copy, path.Length == 1 ? value : With(path[0].GetValue(copy)!, path[1..], value));
        return copy;
    }

    // What `with` calls on a record; other classes have no such method.
    private static MethodInfo? Clone(Type type) => type.GetMethod("<Clone>$");

    private static string Key(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private static string Kebab(string name)
    {
        StringBuilder kebab = new();
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && kebab.Length > 0)
                kebab.Append('-');
            kebab.Append(char.ToLowerInvariant(letter));
        }
        return kebab.ToString();
    }

    private static string? Kind(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Kind(inner) is { } kind ? $"{kind}, or none" : null;
        return type == typeof(bool) ? "true or false"
            : type == typeof(int) || type == typeof(long) ? "a whole number"
            : type == typeof(double) || type == typeof(float) ? "a number"
            : type == typeof(TimeSpan) ? "seconds"
            : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type).Select(Kebab))}"
            : null;
    }

    private static bool TryParse(string text, Type type, out object? value)
    {
        value = null;
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            if (text == "none")
                return true;
            type = inner;
        }
        if (type == typeof(bool) && bool.TryParse(text, out bool truth))
            value = truth;
        else if (type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole))
            value = whole;
        else if (type == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long large))
            value = large;
        else if (type == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            value = number;
        else if (type == typeof(float) && float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float single))
            value = single;
        else if (type == typeof(TimeSpan) && OptionOf.TryParseTime(text, out TimeSpan time))
            value = time;
        else if (type.IsEnum && Array.Find(Enum.GetNames(type), name => Key(name) == Key(text)) is { } member)
            value = Enum.Parse(type, member);
        return value is not null;
    }
}
