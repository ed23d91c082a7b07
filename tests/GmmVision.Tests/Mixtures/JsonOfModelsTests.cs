using System.Text.Json;
using GmmVision.Imaging;
using GmmVision.Mixtures;
using GmmVision.Segmentation;
using Xunit;

namespace GmmVision.Tests.Mixtures;

public class JsonOfModelsTests
{
    private sealed record Mine(string Name, GaussianMixture Mixture, SegmentationModel? Model = null);

    private static GaussianMixture Mixture(CovarianceType covariance) => GaussianMixture.Create(covariance, 2, [0.6, 0.4], [0, 0, 5, 5], covariance switch
    {
        CovarianceType.Full => [1, 0.5, 0.5, 2, 1, 0, 0, 1],
        CovarianceType.Tied => [1, 0.5, 0.5, 2],
        CovarianceType.Diagonal => [1, 2, 3, 4],
        _ => [1, 2],
    });

    [Theory]
    [InlineData(CovarianceType.Full)]
    [InlineData(CovarianceType.Tied)]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    public void A_mixture_may_stand_in_a_type_of_ones_own(CovarianceType covariance)
    {
        GaussianMixture mixture = Mixture(covariance);
        Mine read = JsonSerializer.Deserialize<Mine>(JsonSerializer.Serialize(new Mine("a", mixture)))!;
        Assert.Equal(mixture.Covariance, read.Mixture.Covariance);
        Assert.Equal(mixture.Weights, read.Mixture.Weights);
        Assert.Equal(mixture.Means, read.Mixture.Means);
        Assert.Equal(mixture.Covariances, read.Mixture.Covariances);
    }

    [Fact]
    public void What_is_saved_and_what_is_serialized_is_the_same()
    {
        GaussianMixture mixture = Mixture(CovarianceType.Full);
        using MemoryStream saved = new();
        mixture.Save(saved);
        using JsonDocument first = JsonDocument.Parse(saved.ToArray()), second = JsonDocument.Parse(JsonSerializer.Serialize(mixture));
        Assert.True(JsonElement.DeepEquals(first.RootElement, second.RootElement));
        Assert.Equal(3, Depth(first.RootElement.GetProperty("covariances")));
        Assert.Equal(2, Depth(first.RootElement.GetProperty("means")));
        Assert.Equal(1, Depth(first.RootElement.GetProperty("weights")));
    }

    [Fact]
    public void A_segmentation_model_too()
    {
        Frame picture = new(new FrameFormat(16, 16, PixelLayout.Rgb));
        for (int plane = 0; plane < 3; plane++)
        {
            for (int y = 0; y < 16; y++)
                picture.Row(plane, y).Fill((byte)(y < 8 ? 40 + 10 * plane + y : 200 - 20 * plane - y));
        }
        SegmentationModel model = SegmentationFit.Of(SegmentationSamples.Of(picture, new FeatureOptions(), 640, 1), new SegmentationOptions { Choice = ComponentChoice.Given, Components = 2 }).Model;
        Mine read = JsonSerializer.Deserialize<Mine>(JsonSerializer.Serialize(new Mine("a", model.Mixture, model)))!;
        Assert.Equal(model.Features, read.Model!.Features);
        for (int label = 0; label < 2; label++)
            Assert.Equal(model.Mean(label), read.Model.Mean(label));
    }

    [Theory]
    [InlineData("null", "It is null")]
    [InlineData("[]", "")]
    [InlineData("""{"format":"gmmvision-mixture","version":1,"covariance":"full","features":1,"means":[0],"covariances":[1]}""", "weights")]
    [InlineData("""{"format":"gmmvision-mixture","version":1,"covariance":"full","features":1,"weights":null,"means":[0],"covariances":[1]}""", "weights")]
    [InlineData("""{"format":"gmmvision-mixture","version":1,"covariance":null,"features":1,"weights":[1],"means":[0],"covariances":[1]}""", "covariance")]
    [InlineData("""{"format":"gmmvision-mixture","version":1,"covariance":"full","features":1,"weights":["1"],"means":[0],"covariances":[1]}""", "weights")]
    [InlineData("""{"format":"gmmvision-mixture","version":2,"covariance":"full","features":1,"weights":[1],"means":[0],"covariances":[1]}""", "version 2")]
    [InlineData("""{"format":"another","version":1,"covariance":"full","features":1,"weights":[1],"means":[0],"covariances":[1]}""", "another")]
    public void What_is_no_mixture_says_why(string json, string why)
    {
        using MemoryStream stream = new(System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Contains(why, Assert.Throws<InvalidDataException>(() => GaussianMixture.Load(stream)).Message, StringComparison.Ordinal);
        if (json != "null")
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<GaussianMixture>(json));
    }

    private static int Depth(JsonElement element) => element.ValueKind == JsonValueKind.Array ? 1 + Depth(element[0]) : 0;
}
