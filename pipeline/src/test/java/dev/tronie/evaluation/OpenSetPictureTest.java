package dev.tronie.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.evaluation.OpenSet.Point;
import dev.tronie.evaluation.OpenSet.Size;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class OpenSetPictureTest {

    @Test
    void showsACurveForEverySizeAndALineForEveryRate() throws Exception {
        // Given
        OpenSet all = new OpenSet(10, List.of(size(100, 0.4), size(1_000, 0.5)));

        // When
        Document svg = parse(OpenSetPicture.svg("LFW & co, <grey>", all));

        // Then: the figures stand in the table
        assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2 + 3);
        assertThat(texts(svg)).contains("LFW & co, <grey>", "1,000", "5,000", "12,000", "0.400", "0.500", "0.432", "0.0130", "0.222");
    }

    @Test
    void dashesWhatIsNotKnownAndDrawsNothingForIt() throws Exception {
        // Given: nobody is left outside the gallery
        Point unknown = new Point(0.432, Double.NaN, 0.222);

        // When
        Document svg = parse(OpenSetPicture.svg("all", new OpenSet(1, List.of(new Size(7, 20, 0, 0, unknown, List.of())))));

        // Then
        assertThat(svg.getElementsByTagName("polyline").getLength()).isZero();
        assertThat(texts(svg)).contains("7", "0.222").filteredOn("–"::equals).hasSize(3);
    }

    @Test
    void startsACurveWhereThreeFalsePositivesAreExpected() throws Exception {
        // Given: 60 non-mated probes tell of 0.05 and more
        List<Point> curve = IntStream.rangeClosed(0, 60).mapToObj(n -> new Point(1 - n / 100.0, n / 60.0, 0.5 - n / 200.0)).toList();

        // When
        Document svg = parse(OpenSetPicture.svg("few", new OpenSet(1, List.of(new Size(10, 60, 60, 60, new Point(0.5, 0.5, 0.3), curve)))));

        // Then: 0.05 lies at log(50) / log(1000) of the panel's 480 pixels from 70
        String points = ((Element) svg.getElementsByTagName("polyline").item(0)).getAttribute("points");
        assertThat(points).startsWith("341.8,");
    }

    private static Size size(int subjects, double fnir) {
        List<Point> curve = List.of(new Point(0.9, 0, 0.9), new Point(0.5, 0.01, fnir), new Point(0.4, 0.1, 0.3), new Point(0, 1, 0.2));
        return new Size(subjects, 5_000, 12_000, 1_200, new Point(0.432, 0.013, 0.222), curve);
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> texts(Document svg) {
        NodeList texts = svg.getElementsByTagName("text");
        return IntStream.range(0, texts.getLength()).mapToObj(i -> texts.item(i).getTextContent()).toList();
    }
}
