using System.Text.Json;
using System.Text.Json.Serialization;

namespace GmmVision.Mixtures;

/// <summary>Numbers that stand in JSON as one array, as rows, or as matrices of rows; read in whatever nesting they stand.</summary>
/// <param name="All">The numbers, row by row.</param>
/// <param name="Row">How many make a row; 0: they stand side by side.</param>
/// <param name="Matrix">How many make a matrix of rows; 0: rows stand side by side.</param>
[JsonConverter(typeof(Converter))]
internal readonly record struct NestedNumbers(double[] All, int Row = 0, int Matrix = 0)
{
    public sealed class Converter : JsonConverter<NestedNumbers>
    {
        public override NestedNumbers Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException("Numbers stand in an array.");
            List<double> numbers = [];
            for (int depth = 1; depth > 0;)
            {
                reader.Read();
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartArray:
                        depth++;
                        break;
                    case JsonTokenType.EndArray:
                        depth--;
                        break;
                    case JsonTokenType.Number:
                        numbers.Add(reader.GetDouble());
                        break;
                    default:
                        throw new JsonException($"An array of numbers holds a value that is none ({reader.TokenType}).");
                }
            }
            return new NestedNumbers([.. numbers]);
        }

        public override void Write(Utf8JsonWriter writer, NestedNumbers value, JsonSerializerOptions options)
        {
            (double[] all, int row, int matrix) = value;
            writer.WriteStartArray();
            for (int i = 0; i < all.Length; i++)
            {
                if (matrix > 0 && i % matrix == 0)
                    writer.WriteStartArray();
                if (row > 0 && i % row == 0)
                    writer.WriteStartArray();
                writer.WriteNumberValue(all[i]);
                if (row > 0 && (i + 1) % row == 0)
                    writer.WriteEndArray();
                if (matrix > 0 && (i + 1) % matrix == 0)
                    writer.WriteEndArray();
            }
            writer.WriteEndArray();
        }
    }
}
