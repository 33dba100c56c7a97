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
    <name>ExportPage</name>
    <message numerus="yes">
        <source>%n checkpoint(s)</source>
        <translation>
            <numerusform>%n checkpoint</numerusform>
            <numerusform>%n checkpoints</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Writes {0}, and copies to %n place(s)</source>
        <translation>
            <numerusform>Writes {0}, and copies to %n place</numerusform>
            <numerusform>Writes {0}, and copies to %n places</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entry(s), never a path on this computer</source>
        <translation>
            <numerusform>%n entry, never a path on this computer</numerusform>
            <numerusform>%n entries, never a path on this computer</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportTask</name>
    <message numerus="yes">
        <source>%n tensor(s)</source>
        <translation>
            <numerusform>%n tensor</numerusform>
            <numerusform>%n tensors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Copied to %n place(s).</source>
        <translation>
            <numerusform>Copied to %n place.</numerusform>
            <numerusform>Copied to %n places.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FoldList</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GridDialog</name>
    <message numerus="yes">
        <source>%n picture(s)</source>
        <translation>
            <numerusform>%n picture</numerusform>
            <numerusform>%n pictures</numerusform>
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
    <name>IntentCards</name>
    <message numerus="yes">
        <source>%n preset(s)</source>
        <translation>
            <numerusform>%n preset</numerusform>
            <numerusform>%n presets</numerusform>
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
    <name>PreflightWords</name>
    <message numerus="yes">
        <source>{0} is put in front of %n caption(s)</source>
        <translation>
            <numerusform>{0} is put in front of %n caption</numerusform>
            <numerusform>{0} is put in front of %n captions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%n image</numerusform>
            <numerusform>%n images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n step</numerusform>
            <numerusform>%n steps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pass(es) over the images</source>
        <translation>
            <numerusform>%n pass over the images</numerusform>
            <numerusform>%n passes over the images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) cannot be read and are left out</source>
        <translation>
            <numerusform>%n image cannot be read and is left out</numerusform>
            <numerusform>%n images cannot be read and are left out</numerusform>
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
        <source>%n image(s) are small and will be enlarged</source>
        <translation>
            <numerusform>%n image is small and will be enlarged</numerusform>
            <numerusform>%n images are small and will be enlarged</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) lose more than a quarter when cropped</source>
        <translation>
            <numerusform>%n image lose more than a quarter when cropped</numerusform>
            <numerusform>%n images lose more than a quarter when cropped</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) are there twice</source>
        <translation>
            <numerusform>%n image is there twice</numerusform>
            <numerusform>%n images are there twice</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) have an unusable colour profile</source>
        <translation>
            <numerusform>%n image has an unusable colour profile</numerusform>
            <numerusform>%n images have an unusable colour profile</numerusform>
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
        <source>%n caption(s) are empty</source>
        <translation>
            <numerusform>%n caption is empty</numerusform>
            <numerusform>%n captions are empty</numerusform>
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
        <source>%n caption file(s) are ignored beside another</source>
        <translation>
            <numerusform>%n caption file is ignored beside another</numerusform>
            <numerusform>%n caption files are ignored beside another</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) exceed {0} tokens; the rest is cut off</source>
        <translation>
            <numerusform>%n caption exceeds {0} tokens; the rest is cut off</numerusform>
            <numerusform>%n captions exceed {0} tokens; the rest is cut off</numerusform>
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
    <name>Prompts</name>
    <message numerus="yes">
        <source>First without the LoRA, then every %n step(s)</source>
        <translation>
            <numerusform>First without the LoRA, then every %n step</numerusform>
            <numerusform>First without the LoRA, then every %n steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecipeDialog</name>
    <message numerus="yes">
        <source>%n setting(s) taken over</source>
        <translation>
            <numerusform>%n setting taken over</numerusform>
            <numerusform>%n settings taken over</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be taken over</source>
        <translation>
            <numerusform>%n could not be taken over</numerusform>
            <numerusform>%n could not be taken over</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReplaceDialog</name>
    <message numerus="yes">
        <source>%n file(s) of this name are there already</source>
        <translation>
            <numerusform>%n file of this name is there already</numerusform>
            <numerusform>%n files of this name are there already</numerusform>
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
    <name>RunCards</name>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n step</numerusform>
            <numerusform>%n steps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%n image</numerusform>
            <numerusform>%n images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunWords</name>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%n image</numerusform>
            <numerusform>%n images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SettingsForm</name>
    <message numerus="yes">
        <source>{0} of %n setting(s)</source>
        <translation>
            <numerusform>{0} of %n setting</numerusform>
            <numerusform>{0} of %n settings</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n setting(s)</source>
        <translation>
            <numerusform>%n setting</numerusform>
            <numerusform>%n settings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Sliders</name>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n step</numerusform>
            <numerusform>%n steps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pass(es)</source>
        <translation>
            <numerusform>%n pass</numerusform>
            <numerusform>%n passes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%n image</numerusform>
            <numerusform>%n images</numerusform>
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
    <name>TrainPage</name>
    <message numerus="yes">
        <source>%n run(s)</source>
        <translation>
            <numerusform>%n run</numerusform>
            <numerusform>%n runs</numerusform>
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
    <name>TryPage</name>
    <message numerus="yes">
        <source>Add %n adapter(s)</source>
        <translation>
            <numerusform>Add %n adapter</numerusform>
            <numerusform>Add %n adapters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrySession</name>
    <message numerus="yes">
        <source>%n picture(s)</source>
        <translation>
            <numerusform>%n picture</numerusform>
            <numerusform>%n pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Group</name>
    <message numerus="yes">
        <source>%n hidden because {0}: {1}</source>
        <translation>
            <numerusform>%n hidden because {0}: {1}</numerusform>
            <numerusform>%n hidden because {0}: {1}</numerusform>
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
