<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>CaptionPanel</name>
    <message numerus="yes">
        <source>%n different caption(s)</source>
        <translation>
            <numerusform>%n different caption</numerusform>
            <numerusform>%n different captions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s): training picks one each time</source>
        <translation>
            <numerusform>%n caption: training picks one each time</numerusform>
            <numerusform>%n captions: training picks one each time</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What you type becomes the caption of %n image(s).</source>
        <translation>
            <numerusform>What you type becomes the caption of %n image.</numerusform>
            <numerusform>What you type becomes the caption of %n images.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rarer tag(s) are not shown here.</source>
        <translation>
            <numerusform>%n rarer tag is not shown here.</numerusform>
            <numerusform>%n rarer tags are not shown here.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CleanPage</name>
    <message numerus="yes">
        <source>Clean %n caption(s)</source>
        <translation>
            <numerusform>Clean %n caption</numerusform>
            <numerusform>Clean %n captions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DuplicateGroup</name>
    <message numerus="yes">
        <source>%n similar image(s)</source>
        <translation>
            <numerusform>%n similar image</numerusform>
            <numerusform>%n similar images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n similar image(s): none of them would be kept</source>
        <translation>
            <numerusform>%n similar image: it would not be kept</numerusform>
            <numerusform>%n similar images: none of them would be kept</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DuplicatesDialog</name>
    <message numerus="yes">
        <source>Move %n image(s) to the trash</source>
        <translation>
            <numerusform>Move %n image to the trash</numerusform>
            <numerusform>Move %n images to the trash</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImageListModel</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tag(s)</source>
        <translation>
            <numerusform>%n tag</numerusform>
            <numerusform>%n tags</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImageRemedies</name>
    <message numerus="yes">
        <source>%n caption(s) changed</source>
        <translation>
            <numerusform>%n caption changed</numerusform>
            <numerusform>%n captions changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %n image(s) to the trash</source>
        <translation>
            <numerusform>Move %n image to the trash</numerusform>
            <numerusform>Move %n images to the trash</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>move %n image(s) to the trash</source>
        <translation>
            <numerusform>move %n image to the trash</numerusform>
            <numerusform>move %n images to the trash</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) moved to the trash</source>
        <translation>
            <numerusform>%n image moved to the trash</numerusform>
            <numerusform>%n images moved to the trash</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) saved as UTF-8</source>
        <translation>
            <numerusform>%n caption file saved as UTF-8</numerusform>
            <numerusform>%n caption files saved as UTF-8</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) changed by another program</source>
        <translation>
            <numerusform>%n caption changed by another program</numerusform>
            <numerusform>%n captions changed by another program</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImagesPage</name>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%n image</numerusform>
            <numerusform>%n images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) changed</source>
        <translation>
            <numerusform>%n caption changed</numerusform>
            <numerusform>%n captions changed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JobBar</name>
    <message numerus="yes">
        <source>+%n queued</source>
        <translation>
            <numerusform>+%n queued</numerusform>
            <numerusform>+%n queued</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s) left</source>
        <translation>
            <numerusform>%n second left</numerusform>
            <numerusform>%n seconds left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) left</source>
        <translation>
            <numerusform>%n minute left</numerusform>
            <numerusform>%n minutes left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%n change(s) not saved</source>
        <translation>
            <numerusform>%n change not saved</numerusform>
            <numerusform>%n changes not saved</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Mosaic</name>
    <message numerus="yes">
        <source>%n image(s) selected</source>
        <translation>
            <numerusform>%n image selected</numerusform>
            <numerusform>%n images selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OrderPage</name>
    <message numerus="yes">
        <source>Order tags of %n caption(s)</source>
        <translation>
            <numerusform>Order tags of %n caption</numerusform>
            <numerusform>Order tags of %n captions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProblemWords</name>
    <message numerus="yes">
        <source>%n folder(s) may not be opened</source>
        <translation>
            <numerusform>%n folder may not be opened</numerusform>
            <numerusform>%n folders may not be opened</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) cannot be read</source>
        <translation>
            <numerusform>%n image cannot be read</numerusform>
            <numerusform>%n images cannot be read</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) are of a kind that is not read</source>
        <translation>
            <numerusform>%n image is of a kind that is not read</numerusform>
            <numerusform>%n images are of a kind that is not read</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) are smaller than {0} pixels</source>
        <translation>
            <numerusform>%n image is smaller than {0} pixels</numerusform>
            <numerusform>%n images are smaller than {0} pixels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n group(s) of similar images</source>
        <translation>
            <numerusform>%n group of similar images</numerusform>
            <numerusform>%n groups of similar images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) cannot be read as text</source>
        <translation>
            <numerusform>%n caption file cannot be read as text</numerusform>
            <numerusform>%n caption files cannot be read as text</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) are not UTF-8</source>
        <translation>
            <numerusform>%n caption file is not UTF-8</numerusform>
            <numerusform>%n caption files are not UTF-8</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) have no caption</source>
        <translation>
            <numerusform>%n image has no caption</numerusform>
            <numerusform>%n images have no caption</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) exceed {0} tokens</source>
        <translation>
            <numerusform>%n caption exceeds {0} tokens</numerusform>
            <numerusform>%n captions exceed {0} tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) lack the trigger word {0}</source>
        <translation>
            <numerusform>%n caption lacks the trigger word {0}</numerusform>
            <numerusform>%n captions lack the trigger word {0}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) are ignored beside another</source>
        <translation>
            <numerusform>%n caption file is ignored beside another</numerusform>
            <numerusform>%n caption files are ignored beside another</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) belong to no image</source>
        <translation>
            <numerusform>%n caption file belongs to no image</numerusform>
            <numerusform>%n caption files belong to no image</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReplacePage</name>
    <message numerus="yes">
        <source>Replace in %n caption(s)</source>
        <translation>
            <numerusform>Replace in %n caption</numerusform>
            <numerusform>Replace in %n captions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TagCounts</name>
    <message numerus="yes">
        <source>{0}: in %n image(s)</source>
        <translation>
            <numerusform>{0}: in %n image</numerusform>
            <numerusform>{0}: in %n images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TagEditor</name>
    <message numerus="yes">
        <source>Add to all %n image(s)</source>
        <translation>
            <numerusform>Add to %n image</numerusform>
            <numerusform>Add to all %n images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TagsPage</name>
    <message numerus="yes">
        <source>Remove from %n caption(s)</source>
        <translation>
            <numerusform>Remove from %n caption</numerusform>
            <numerusform>Remove from %n captions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Add to %n caption(s)</source>
        <translation>
            <numerusform>Add to %n caption</numerusform>
            <numerusform>Add to %n captions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TokenBar</name>
    <message numerus="yes">
        <source>%n too many; the end is not read</source>
        <translation>
            <numerusform>%n too many; the end is not read</numerusform>
            <numerusform>%n too many; the end is not read</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TriggerBar</name>
    <message numerus="yes">
        <source>missing in %n caption(s)</source>
        <translation>
            <numerusform>missing in %n caption</numerusform>
            <numerusform>missing in %n captions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_RenameField</name>
    <message numerus="yes">
        <source>in %n image(s)</source>
        <translation>
            <numerusform>in %n image</numerusform>
            <numerusform>in %n images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>merges with %n image(s)</source>
        <translation>
            <numerusform>merges with %n image</numerusform>
            <numerusform>merges with %n images</numerusform>
        </translation>
    </message>
</context>
</TS>
