package dev.tronie.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which way the arrows point. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tronie");

    @Test
    void visionGalleryMatchEventAndRequestKnowNoKafka() {
        noClasses().that().resideInAnyPackage("dev.tronie.image..", "dev.tronie.vision..", "dev.tronie.inference..", "dev.tronie.gallery..",
                "dev.tronie.match..", "dev.tronie.event..", "dev.tronie.request..", "dev.tronie.evaluation..")
                .should().dependOnClassesThat().resideInAPackage("org.apache.kafka..").check(CLASSES);
    }

    @Test
    void onlyInferenceKnowsTheEngine() {
        noClasses().that().resideOutsideOfPackage("dev.tronie.inference..")
                .should().dependOnClassesThat().resideInAPackage("ai.djl..").check(CLASSES);
    }

    @Test
    void onlyPicturesAndTheirDrawingKnowOpenCv() {
        noClasses().that().resideOutsideOfPackages("dev.tronie.image..", "dev.tronie.vision..", "dev.tronie.client..", "dev.tronie.app..")
                .should().dependOnClassesThat().resideInAPackage("org.bytedeco..").check(CLASSES);
    }

    @Test
    void onlyTheBrokersOwnProcessKnowsTheBroker() {
        noClasses().that().doNotHaveFullyQualifiedName("dev.tronie.local.BrokerMain")
                .should().dependOnClassesThat().resideInAnyPackage("kafka..").check(CLASSES);
    }

    @Test
    void nothingDependsOnTheCommands() {
        noClasses().that().resideOutsideOfPackage("dev.tronie.app..")
                .should().dependOnClassesThat().resideInAPackage("dev.tronie.app..").check(CLASSES);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("dev.tronie.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void nothingIsNamedForNothing() {
        noClasses().should().resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..manager..").check(CLASSES);
        classes().that().resideInAPackage("dev.tronie..").should().haveSimpleNameNotEndingWith("Utils").check(CLASSES);
    }
}
