package dev.tronie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.bench.BarPicture.Bar;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class BarPictureTest {

    @Test
    void barsOfAMeasureAreAsLongAsTheirValues() throws Exception {
        // Given a measure where one takes twice as long as the other, and another measure
        List<Bar> bars = List.of(new Bar("search, ms", "tronie", 2, 2, 2, true), new Bar("search, ms", "a <peer> & others", 4, 4, 4, false),
                new Bar("decode, ms", "tronie", 100, 90, 110, true));

        // When
        NodeList rectangles = parsed(BarPicture.svg("title", bars)).getElementsByTagName("rect");

        // Then: the first rectangle is the background
        double own = Double.parseDouble(((Element) rectangles.item(1)).getAttribute("width"));
        double peer = Double.parseDouble(((Element) rectangles.item(2)).getAttribute("width"));
        assertThat(peer).isEqualTo(2 * own);
        assertThat(rectangles.getLength()).isEqualTo(1 + bars.size());
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
